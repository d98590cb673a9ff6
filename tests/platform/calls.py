"""The calls that the code of a function makes, as actions of IAM."""

import ast
from functools import cache

import botocore.session
from botocore import xform_name

# Actions that are called otherwise than the operation.
# Service Authorization Reference, "Actions defined by AWS Lambda" and "… by Amazon S3".
ACTION_OF = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
}
# Another name for the same service in IAM.
PREFIX = {"sesv2": "ses"}


@cache
def calls(source: str) -> frozenset[str]:
    """Every operation of the services that the code names whose method, or whose paginator, it names too."""
    tree = ast.parse(source)
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    words |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = set()
    for service in SERVICES & words:
        for operation in botocore.session.get_session().get_service_model(service).operation_names:
            if xform_name(operation) in words:
                action = f"{PREFIX.get(service, service)}:{operation}"
                found.add(ACTION_OF.get(action, action))
    return frozenset(found)


SERVICES = {
    "cloudwatch", "iam", "kms", "lambda", "logs", "s3", "scheduler", "secretsmanager", "ses", "sesv2", "sns", "sqs", "ssm",
    "sts",
}  # fmt: skip
