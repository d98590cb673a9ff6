"""An AWS on loopback: moto's server, with the CloudFormation that a launch depends on.

server          one server, in this process
background      the same server as a background process with a state folder
aws             the emulated services as CloudFormation calls them
clients         the same from outside, for tests
semantics/      how AWS evaluates patterns, alarms and policies: no server, no moto
services/       API operations that moto lacks, over moto's own state
resources/      CloudFormation resource types, one module a service
cloudformation/ templates, parameters, stacks, events, change sets, drift
"""
