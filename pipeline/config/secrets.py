"""Secrets in the configuration: a file of the machine's owner may take them from the environment."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr, ValidationInfo

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _from_environment(secret: SecretStr, info: ValidationInfo) -> SecretStr:
    """What comes over the API is taken as it is: it may not read this machine's environment."""
    variable = _VARIABLE.fullmatch(secret.get_secret_value())
    if variable is None or not info.context:
        return secret
    if variable[1] not in info.context:
        raise ValueError(f"the environment variable {variable[1]} is not set")
    return SecretStr(info.context[variable[1]])


Secret = Annotated[SecretStr, AfterValidator(_from_environment)]
"""Never shown; in a file, ${NAME} takes an environment variable."""
