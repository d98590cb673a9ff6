"""Which resources are finished the very moment another one begins.

AWS makes at the same time whatever does not wait for each other; here one comes after the other. So what is young is
told by the references: were everything begun as early as AWS begins it, and took each resource one step.
"""


class Steps:
    """The steps of one operation of a stack. What the operation does not touch has always been there."""

    def __init__(self) -> None:
        self._ended: dict[str, int] = {}

    def last_before(self, needs: list[str]) -> list[str]:
        """Of what a resource needs, what it waited for until the end."""
        begins = self._begins(needs)
        return [name for name in needs if begins and self._ended.get(name, 0) == begins]

    def end(self, logical_id: str, needs: list[str]) -> None:
        self._ended[logical_id] = self._begins(needs) + 1

    def _begins(self, needs: list[str]) -> int:
        return max((self._ended.get(name, 0) for name in needs), default=0)
