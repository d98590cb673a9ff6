mod command_line;
mod hook;
mod protocol;
mod reading;
mod render;
mod resolve;
mod secrets;
mod validate;
