"""What a person or a role of an environment may do, by the policies that the templates give them."""

from local_aws.semantics.iam import Request, allowed

from .cloudformation import REGION, environment_values, fill, stack, stacks

OFFICE, ELSEWHERE = "202.217.10.20", "198.18.0.1"


def people_context(environment: str, group: str, **changes: str | None) -> dict[str, str]:
    """What IAM knows of a person who works in the office, signed in with MFA."""
    long_name = environment_values(environment)["long_name"]
    context = {
        "aws:SourceIp": OFFICE,
        "aws:ViaAWSService": "false",
        "aws:MultiFactorAuthPresent": "true",
        "aws:RequestedRegion": REGION,
        "aws:username": f"{long_name}-{group}",
    }
    names = {"source_ip": "aws:SourceIp", "mfa": "aws:MultiFactorAuthPresent", "via_service": "aws:ViaAWSService"}
    context |= {names.get(key, key): value for key, value in changes.items()}
    return {key: value for key, value in context.items() if value is not None}


def person_may(environment: str, group: str, action: str, resource: str = "*", **context: str | None) -> bool:
    security = stack(environment, "security")
    documents = {
        security.ref(id): properties["PolicyDocument"]
        for id, properties in security.all("AWS::IAM::ManagedPolicy").items()
    }
    [user] = [
        properties
        for properties in security.all("AWS::IAM::User").values()
        if properties["Groups"] == [f"ses-{environment}-{group}"]
    ]
    [arns] = [
        properties["ManagedPolicyArns"]
        for properties in security.all("AWS::IAM::Group").values()
        if properties["GroupName"] == f"ses-{environment}-{group}"
    ]
    request = Request(action, fill(resource, environment), people_context(environment, group, **context))
    return allowed(request, [documents[arn] for arn in arns], documents[user["PermissionsBoundary"]])


def role_may(environment: str, id: str, action: str, resource: str, **context: str) -> bool:
    [owner] = [current for current in stacks(environment) if id in current.body["Resources"]]
    documents = [policy["PolicyDocument"] for policy in owner.properties(id)["Policies"]]
    return allowed(Request(action, fill(resource, environment), context), documents)
