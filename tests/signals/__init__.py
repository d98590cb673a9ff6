"""From a source to an alarm: an environment's filters, rules, functions and alarms at work, without AWS.

definitions  what an environment consists of, read from the rendered templates or from the services
world        sources go in (calls, SES events, log lines, AWS's own metrics), states of alarms come out
cases        for each alarm what rings it, and what just does not
"""
