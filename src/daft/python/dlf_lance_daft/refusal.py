"""Errors that the caller shows as they are."""


class Refusal(Exception):
    """An error with one of dlf-lance's codes. Survives pickling, and being quoted by other errors."""

    def __init__(self, code: str, message: str):
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"<<{self.code}|{self.message}>>"


def read_refusal(error: BaseException) -> tuple[str, str] | None:
    """The code and message of a refusal, also of one that other errors quote."""
    import re

    if isinstance(error, Refusal):
        return error.code, error.message
    found = re.search(r"<<(\w+)\|(.*?)>>", str(error), re.DOTALL)
    return (found[1], found[2]) if found else None


def refuse_replacement() -> Refusal:
    return Refusal(
        "TableNotFound",
        "a table was dropped meanwhile, and another was made under its name; look what is there with listTables(), and run it again",
    )


_longest_line = 500
_losses = (
    "ActorDiedError",
    "ActorUnavailableError",
    "NodeDiedError",
    "ObjectLostError",
    "ObjectReconstructionFailed",
    "OutOfMemoryError",
    "OwnerDiedError",
    "RaySystemError",
    "WorkerCrashedError",
)


def read_loss(error: BaseException) -> tuple[str, str] | None:
    """The code and message of what Ray says when a worker, or what it held, is gone."""
    text = f"{type(error).__name__}: {error}"
    if "No flotilla workers became available" in text:
        return "ServiceUnavailable", "no worker of the Ray cluster was ready within five minutes; run it again when the cluster is less busy"
    loss = next((name for name in _losses if name in text), None)
    return loss and ("ServiceUnavailable", f"a worker of the Ray cluster was lost ({loss}); run it again")


def explain(error: BaseException) -> tuple[str, str]:
    """The code and message of any error."""
    known = read_refusal(error) or read_loss(error) or read_removal(error)
    return known or ("Internal", f"{type(error).__name__}: {_last_line(error)}")


def read_removal(error: BaseException) -> tuple[str, str] | None:
    """The code and message of what Lance and its namespaces say of a table that is gone."""
    import re

    text = f"{type(error).__name__}: {error}"
    if not re.search(r"\btable ?not ?found|\bnot ?found: \S*\.(lance|manifest)\b", text, re.IGNORECASE):
        return None
    return "TableNotFound", "a table, or some of its files, were removed meanwhile; look what is there with listTables(), and run it again"


def _last_line(error: BaseException) -> str:
    """Ray and Daft put a traceback before the error itself."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip()[:_longest_line] if lines else "no reason is given"
