"""What AWS does with the patterns and rules of the templates, so that tests can try them out.

filter_pattern  metric and subscription filters of CloudWatch Logs
event_pattern   rules of EventBridge
iam             policies: who may do what, and whether a condition holds
alarm           metric alarms and composite alarms of CloudWatch, over metrics
metrics         datapoints, their statistics, and the metric format that functions log (EMF)

Each follows its page of AWS's documentation, named in the module. What that leaves open raises
`Undefined`: no test may rest on it.
"""


class Undefined(Exception):
    """AWS does not document what happens."""
