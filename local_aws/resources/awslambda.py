"""AWS::Lambda"""

import io
import zipfile
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType

# What a function gets back to when a property goes from the template.
DEFAULTS: dict[str, Any] = {
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}
CODE = {"S3Bucket", "S3Key", "S3ObjectVersion", "ZipFile"}


class Function(ResourceType):
    name = "AWS::Lambda::Function"
    configuration = (
        "DeadLetterConfig", "Description", "Environment", "EphemeralStorage", "Handler", "KmsKeyArn",
        "Layers", "LoggingConfig", "MemorySize", "Role", "Runtime", "Timeout", "TracingConfig", "VpcConfig",
    )  # fmt: skip
    properties = {*configuration, "Architectures", "Code", "FunctionName", "PackageType",
                  "ReservedConcurrentExecutions", "Tags"}  # fmt: skip

    def create(self, r: Request) -> str:
        name = r.name("FunctionName", 64)
        r.aws.client("lambda").create_function(
            FunctionName=name, Code=self._code(r), Tags=r.tags(),
            **self._configuration(r), **r.some("Architectures", "PackageType"),
        )  # fmt: skip
        r.physical_id = name
        self._reserve(r)
        return name

    def update(self, r: Request) -> None:
        client, function = r.aws.client("lambda"), {"FunctionName": r.physical_id}
        if r.changed("Code", "Architectures"):
            client.update_function_code(**function, **self._code(r), **r.some("Architectures"))
        if r.changed(*self.configuration):
            gone = {key: value for key, value in DEFAULTS.items() if key not in r.properties}
            client.update_function_configuration(**function, **gone, **self._configuration(r))
        self._reserve(r)
        arn = self._arn(r)
        changed, gone = r.tag_changes()
        if gone:
            client.untag_resource(Resource=arn, TagKeys=gone)
        if changed:
            client.tag_resource(Resource=arn, Tags=changed)

    def delete(self, r: Request) -> None:
        r.aws.client("lambda").delete_function(FunctionName=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": self._arn(r)}

    def current(self, r: Request) -> dict[str, Any] | None:
        client = r.aws.client("lambda")
        try:
            found = client.get_function_configuration(FunctionName=r.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        plain = ("Description", "Environment", "Handler", "MemorySize", "Role", "Runtime", "Timeout")
        return {key: found.get(key) for key in plain if key in r.properties}

    def _configuration(self, r: Request) -> dict[str, Any]:
        request = r.some(*self.configuration)
        if "KmsKeyArn" in request:
            request["KMSKeyArn"] = request.pop("KmsKeyArn")
        return request

    @staticmethod
    def _arn(r: Request) -> str:
        return r.aws.arn("lambda", f"function:{r.physical_id}")

    @staticmethod
    def _code(r: Request) -> dict[str, Any]:
        code = r.properties["Code"]
        if unknown := set(code) - CODE:
            raise Refused(f"Local AWS does not implement Code.{', '.join(sorted(unknown))}")
        if "ZipFile" not in code:
            return dict(code)
        runtime = r.properties.get("Runtime", "")
        if not r.properties.get("Handler", "").startswith("index."):
            raise Refused("The handler of inline code must begin with index.")
        name = "index.py" if runtime.startswith("python") else "index.js"
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
            # Without a fixed date every archive, and so every hash of the code, would differ.
            files.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), code["ZipFile"])
        return {"ZipFile": archive.getvalue()}

    @staticmethod
    def _reserve(r: Request) -> None:
        key = "ReservedConcurrentExecutions"
        if not r.changed(key):
            return
        client = r.aws.client("lambda")
        if key in r.properties:
            client.put_function_concurrency(FunctionName=r.physical_id, **r.some(key))
        else:
            client.delete_function_concurrency(FunctionName=r.physical_id)


class Permission(ResourceType):
    name = "AWS::Lambda::Permission"
    properties = {
        "Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType", "Principal", "PrincipalOrgID",
        "SourceAccount", "SourceArn",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        statement = r.name("", 100)
        r.aws.client("lambda").add_permission(StatementId=statement, **r.some(*self.properties))
        return statement

    def delete(self, r: Request) -> None:
        r.aws.client("lambda").remove_permission(
            FunctionName=r.properties["FunctionName"], StatementId=r.physical_id
        )

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}
