"""Typed settings of the installation, checked once at start.

They come from ``waardewerk.toml``, from ``WAARDEWERK_*`` variables (which win) and from the
folder that ``WAARDEWERK_SECRETS`` names. What a province chooses (name, colours, plugins) lives
in the database instead.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from waardewerk.contract import LEVELS, ROLES

#: The languages the product can speak; English is what the source strings are in.
LANGUAGES = ("nl", "en", "fy")


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which and what to do."""


class Config(BaseSettings):
    """Everything an operator sets. Each field is ``WAARDEWERK_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="WAARDEWERK_", extra="forbid", frozen=True)

    #: Folder for the embedded database, the secret and what the installation adds.
    var: Path = Path("var")
    #: Folder for the keys of participation rounds; ``keys`` in ``var`` when empty. It never goes
    #: into a backup together with the database: that would undo what the keys are for.
    keys: Path | None = None
    #: SQLAlchemy URL; empty means SQLite in ``var``.
    database_url: str = ""
    #: The address people type. Links in mail use it, never the Host header.
    base_url: str = "http://127.0.0.1:8000"
    #: Signs cookies; made and kept in ``var`` when empty.
    secret_key: SecretStr = SecretStr("")
    environment: Literal["production", "development"] = "production"
    #: How many proxies stand in front; their X-Forwarded headers are trusted, no others.
    proxies: int = Field(default=0, ge=0, le=3)
    workers: int = Field(default=1, ge=1, le=64)
    threads: int = Field(default=8, ge=1, le=64)
    #: Largest request body, in bytes.
    max_body: int = Field(default=4 * 1024 * 1024, ge=64 * 1024)
    #: How long a sign-in lasts, in hours.
    session_hours: int = Field(default=10, ge=1, le=24 * 14)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "waardewerk@localhost"
    #: OpenID Connect: the provider with which an organisation signs in; empty means none.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    #: What the button says after *Sign in with*; empty says *the account of your organisation*.
    oidc_name: str = ""
    oidc_scopes: Annotated[tuple[str, ...], NoDecode] = (
        "openid",
        "email",
        "profile",
        "offline_access",
    )
    #: The claim that lists somebody's groups; dots go into objects: ``realm_access.roles``.
    oidc_claim: str = "groups"
    #: Role → the groups that give it; roles that are not named here stay the administrator's.
    oidc_roles: dict[str, tuple[str, ...]] = {}
    #: Level of the organisation → the groups that mean it.
    oidc_levels: dict[str, tuple[str, ...]] = {}
    #: The provider vouches for e-mail addresses, although it does not say ``email_verified``.
    oidc_trusts_email: bool = False
    #: Within so many minutes the provider is asked again what somebody may do.
    oidc_recheck_minutes: int = Field(default=60, ge=5, le=24 * 60)
    #: How long one page waits for the provider, in seconds.
    oidc_timeout: int = Field(default=8, ge=1, le=30)
    #: Who may still use a password, passkey or invitation of this site.
    local_sign_in: Literal["everybody", "break_glass"] = "everybody"
    #: Who must have a second step when signing in with a password.
    second_step: Literal["choice", "administrators", "everybody"] = "choice"
    #: Languages offered, the first is the default.
    languages: Annotated[tuple[str, ...], NoDecode] = ("nl", "en")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("languages", mode="before")
    @classmethod
    def _are_separated_by_commas(cls, languages: object) -> object:
        if not isinstance(languages, str):
            return languages
        return tuple(code.strip() for code in languages.split(",") if code.strip())

    @field_validator("oidc_scopes", mode="before")
    @classmethod
    def _are_separated_by_spaces(cls, scopes: object) -> object:
        return tuple(scopes.split()) if isinstance(scopes, str) else scopes

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe_to_ask(cls, url: str) -> str:
        # Not tidied: the provider's tokens name it to the letter.
        if url and not is_safe_address(url):
            raise ValueError("must be an address with https; http only on this machine")
        return url

    @field_validator("oidc_roles")
    @classmethod
    def _names_roles(cls, roles: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return _named(roles, ROLES)

    @field_validator("oidc_levels")
    @classmethod
    def _names_levels(cls, levels: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return _named(levels, LEVELS)

    @field_validator("languages")
    @classmethod
    def _are_known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [code for code in languages if code not in LANGUAGES]
        if unknown or not languages:
            raise ValueError(f"choose from {', '.join(LANGUAGES)}")
        return languages

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://waardewerk.example.nl")
        return url.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _is_not_guessable(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value()
        if text and (len(text) < 32 or len(set(text)) < 10):
            raise ValueError("must be at least 32 random characters, or empty to have one made")
        return key

    @model_validator(mode="after")
    def _workers_need_a_server(self) -> Config:
        if self.workers > 1 and self.is_sqlite:
            raise ValueError("several workers need PostgreSQL: set WAARDEWERK_DATABASE_URL")
        return self

    @model_validator(mode="after")
    def _a_provider_is_whole(self) -> Config:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("oidc_issuer needs oidc_client_id")
        if self.oidc_issuer and "openid" not in self.oidc_scopes:
            raise ValueError("oidc_scopes needs openid")
        if self.local_sign_in == "break_glass" and not self.oidc_issuer:
            raise ValueError("local_sign_in = break_glass needs oidc_issuer: nobody could sign in")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over secrets, and secrets over the file."""
        toml = TomlConfigSettingsSource(settings_cls, Path("waardewerk.toml"))
        return init_settings, env_settings, file_secret_settings, toml

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is used."""
        return self.database.startswith("sqlite")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL that is really used."""
        return self.database_url or f"sqlite:///{self.var / 'waardewerk.db'}"

    @property
    def key_folder(self) -> Path:
        """Where keys are kept, apart from the database."""
        return self.keys or self.var / "keys"

    @property
    def is_https(self) -> bool:
        """Tell whether people reach this installation over TLS."""
        return self.base_url.startswith("https://")


def is_safe_address(url: str) -> bool:
    """Tell whether secrets may go there: over TLS, or without leaving this machine."""
    parts = urlsplit(url)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.hostname) and (parts.scheme == "https" or (here and parts.scheme == "http"))


def _named(given: dict[str, tuple[str, ...]], known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: choose from {', '.join(known)}")
    return given


def load_config(**overrides: object) -> Config:
    """Read the settings; raise `ConfigError` naming each wrong one."""
    folder = os.environ.get("WAARDEWERK_SECRETS")
    _refuse_unknown_variables()
    try:
        return Config(_secrets_dir=folder, **overrides)  # type: ignore[call-arg,arg-type]
    except ValidationError as fault:
        raise ConfigError("; ".join(_line(error) for error in fault.errors())) from fault
    except (SettingsError, TOMLDecodeError, OSError) as fault:
        raise ConfigError(f"the settings cannot be read: {fault}") from fault


def _line(error: ErrorDetails) -> str:
    name = "_".join(str(part) for part in error["loc"]).upper()
    return f"WAARDEWERK_{name}: {error['msg']}" if name else error["msg"]


def _refuse_unknown_variables() -> None:
    # pydantic-settings refuses typos in the file but not in the environment.
    known = {f"WAARDEWERK_{name.upper()}" for name in Config.model_fields}
    known |= {"WAARDEWERK_SECRETS", "WAARDEWERK_VENV"}
    unknown = sorted(n for n in os.environ if n.startswith("WAARDEWERK_") and n not in known)
    if unknown:
        raise ConfigError(f"unknown setting {', '.join(unknown)}; see docs/operating.md")


def secret_key(config: Config) -> str:
    """Return the key that signs cookies, making it on first use; readable by its owner alone."""
    given = config.secret_key.get_secret_value()
    if given:
        return given
    path = config.var / "secret"
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        return _make_secret(path)


def _make_secret(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # O_EXCL: of two processes that start together, one makes the key and the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    except OSError as fault:
        raise ConfigError(
            f"cannot write in {path.parent} ({fault.strerror}): "
            "choose another folder with WAARDEWERK_VAR"
        ) from fault
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
