"""The whole thing: Sceptre launches prod and dev on local AWS, and the services are asked what is there."""
