"""The options that every door has, as fields of a pydantic model that the doors inherit."""

from __future__ import annotations

import difflib
import operator
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    SkipValidation,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from modelswitch_core._errors import OptionError
from modelswitch_core._options import numbered, one_of, shares_of, unique_names
from modelswitch_core._plan import DEFAULT_SAMPLES, switch_plan
from modelswitch_core._result import OnDisagreement
from modelswitch_core._reward import reward_model
from modelswitch_core._switch import Switch
from modelswitch_core._voting import Vote
from modelswitch_core._warning import SwitchWarning
from modelswitch_core.drivers import ConcurrencyLimit, Limits
from modelswitch_core.policies import Policy
from modelswitch_core.reading import AnswerReader, answer_reader


@dataclass(frozen=True, slots=True)
class Settings:
    """What the fields say, checked and ready to run."""

    switch: Switch
    limits: Limits

    @property
    def names(self) -> tuple[str, ...]:
        """The models' names."""
        return self.switch.plan.names

    @property
    def label(self) -> str:
        """All of them as one model name: `modelswitch(a+b)`."""
        return f"modelswitch({'+'.join(self.names)})"


_MODELS_FIELDS = ("models", "llms")


class SwitchFields(BaseModel):
    """The options of a switch. A door adds its models, and says what they are called and can.

    Args:
        names: One name a model, each unique, for results and traces. None takes the models' own names; the
            second `gpt` becomes `gpt#2`.
        samples: The share of the sample budget, 1 or more: one number for all models, or one each. Default
            5, see `DEFAULT_SAMPLES`.
        answer: How the final answer of a response is read and compared: a name such as "auto" (the default),
            "exact", "number", "math" or "choice", a pydantic class, or a reader; see `answer_reader`.
        policy: When to stop and whom to ask next: "paper" (the default, the published algorithm),
            "self_consistency", "crosscheck" (models checked against each other; it needs two),
            "adaptive_consistency", "esc", or a policy object.
        consistency_threshold: Shorthand for `Paper(threshold=…)`: the share of a model's samples, in
            (0.5, 1], that must agree for its answer to be returned at once. None means 1.0, as published.
        vote: "entropy", "plurality", "reward_best" (the answer of the sample with the highest reward),
            "reward_sum" (the highest sum of rewards), or a vote object. None means the policy's own:
            "entropy" for "paper", "plurality" for the others.
        priors: One positive number a model, how good it is beforehand. None means all 1.
        reward: A reward model, for the votes by reward. A function `(question, response) -> float`, async or
            not; or an object with `score(question, responses) -> list[float]`, or an async `ascore`, or both,
            such as `modelswitch_core.rewards.VllmReward`; or a LangChain Runnable from `{"question": …,
            "response": …}` to a number. The question is the text of the last user message, a response is its
            text, with tool calls behind it as JSON. It is asked once for each wave, for all of the wave's
            readable responses in draw order (a plain function one after another), under `time_limit_seconds`
            but not under `max_concurrency`. A blocking one is asked on a thread of its own, also in
            asynchronous calls; an async one without `score` is awaited, in a blocking call on a thread and a
            loop of its own. Where it fails, brings another number of rewards or one that is not finite, or
            has no time left, the question is decided by plurality, and `SwitchResult.reward_failure` says so.
            Beside another vote it decides nothing: it is asked only under `keep_samples`, to keep each
            sample's reward. None means none.
        settled_exit: Whether draws that cannot change the answer any more are dropped. It never changes the
            answer. Default True; always off in votes by reward.
        max_concurrency: The most requests in flight, over all calls, threads and event loops that share this
            object or its copies: a number, or a `ConcurrencyLimit` to share between switches. None means no
            limit.
        sample_timeout_seconds: The longest a request may take, counted from its start and not from the
            queue; past it, the draw has failed. None leaves it to the inner clients.
        time_limit_seconds: The longest a call may take; past it, the vote of what has arrived. None means no
            limit.
        native_n: Whether all samples of a model are asked for in one request, where its class takes a number
            of answers. Cheaper, as the prompt is paid for once, but not every provider honours it. Default
            False.
        keep_samples: Whether the result holds every draw itself. Default False: responses can be long.
        on_disagreement: "vote" (the default) returns the vote's answer where the models did not agree;
            "raise" raises a `DisagreementError` with the result, and switches settled exit off. They agreed
            where some model, the last one too, was consistent on the answer returned, or where its lead
            reached the policy's margin.
        keep_truncated: Whether a response that was cut off by its length is read. Default False: its last
            line is not its answer.
    """

    models_field: ClassVar[str | None] = None
    """The door's field of the models."""

    # Built at first use: importing a door must not pay for it.
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", defer_build=True)

    names: Annotated[Sequence[str] | None, SkipValidation] = None
    samples: Annotated[int | Sequence[int], SkipValidation] = DEFAULT_SAMPLES
    answer: Annotated[AnswerReader | type[Any] | str, SkipValidation] = "auto"
    policy: Annotated[Policy | str, SkipValidation] = "paper"
    consistency_threshold: Annotated[float | None, SkipValidation] = None
    vote: Annotated[Vote | str | None, SkipValidation] = None
    priors: Annotated[Sequence[float] | None, SkipValidation] = None
    reward: Annotated[Any, SkipValidation] = None
    settled_exit: bool = True
    max_concurrency: Annotated[ConcurrencyLimit | int | None, SkipValidation] = None
    sample_timeout_seconds: Annotated[float | None, SkipValidation] = None
    time_limit_seconds: Annotated[float | None, SkipValidation] = None
    native_n: bool = False
    keep_samples: bool = False
    on_disagreement: Annotated[OnDisagreement, SkipValidation] = "vote"
    keep_truncated: bool = False

    # The settings, and the fields' values that they were made from: made again when a copy was given others.
    _made: tuple[Settings, tuple[Any, ...]] | None = PrivateAttr(default=None)

    def _model_names(self) -> Sequence[str]:
        """The models' own names."""
        raise NotImplementedError

    def _temperatures(self) -> Sequence[float | None]:
        """The temperatures that the models sample at; None where one does not say."""
        raise NotImplementedError

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_fields(cls, given: Any) -> Any:
        if isinstance(given, Mapping):
            allowed = {
                alias or name for name, field in cls.model_fields.items() for alias in (name, field.alias)
            }
            for name in given:
                if name not in allowed:
                    if cls.models_field is not None and name in _MODELS_FIELDS:
                        raise OptionError(
                            f"{cls.__name__} has no field {name!r}: did you mean {cls.models_field!r}?"
                        )
                    close = difflib.get_close_matches(str(name), sorted(allowed), n=1)
                    hint = (
                        f": did you mean {close[0]!r}?"
                        if close
                        else f"; there are {', '.join(sorted(allowed))}"
                    )
                    raise OptionError(f"{cls.__name__} has no field {name!r}{hint}")
            if cls.models_field is not None and cls.models_field not in given:
                raise OptionError(
                    f"{cls.__name__} needs {cls.models_field}=[…]: the models, in the order to ask them in"
                )
        return given

    @field_validator("settled_exit", "native_n", "keep_samples", "keep_truncated", mode="wrap")
    @classmethod
    def _yes_or_no(cls, given: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """As pydantic takes a bool, but an error shows the value: it cannot hold a key."""
        try:
            return check(given)
        except ValidationError as error:
            raise OptionError(f"{info.field_name}={given!r} must be True or False") from error

    @field_validator("max_concurrency", mode="plain")
    @classmethod
    def _share_the_limit(cls, most: Any) -> ConcurrencyLimit | None:
        return most if most is None or isinstance(most, ConcurrencyLimit) else ConcurrencyLimit(most)

    @field_validator("names", "samples", "priors", mode="plain")
    @classmethod
    def _freeze(cls, given: Any) -> Any:
        return tuple(given) if isinstance(given, list) else given

    @model_validator(mode="after")
    def _check(self) -> Self:
        settings = self._ready()
        for caution in _cautions(settings, self._temperatures()):
            self._caution(caution)
        if self.reward is not None and settings.switch.reward is None:
            self._caution(
                f"reward={reward_model(self.reward).label} is never asked, as the vote does not use it: let "
                "it decide by vote='reward_best' or 'reward_sum', or keep each sample's reward by "
                "keep_samples=True"
            )
        return self

    def _caution(self, caution: str) -> None:
        """Warns of what is allowed but can hardly be meant."""
        warnings.warn(caution, SwitchWarning, stacklevel=3)

    def _ready(self) -> Settings:
        """The settings of the fields as they are now."""
        made, now = self._made, tuple(self.__dict__.values())
        if made is None or not _same(now, made[1]):
            made = self._made = (self._make(self._model_names()), now)
        return made[0]

    def _make(self, own_names: Sequence[str]) -> Settings:
        reward = None if self.reward is None else reward_model(self.reward)
        names = numbered(own_names) if self.names is None else unique_names("names", self.names)
        if len(names) != len(own_names):
            raise OptionError(
                f"names={list(names)!r} gives {len(names)} names for {len(own_names)} models: "
                "give one for each, or none"
            )
        one_of("on_disagreement", self.on_disagreement, ("vote", "raise"))
        shares_of("samples", self.samples, len(names))
        plan = switch_plan(
            names,
            samples=self.samples,
            policy=self.policy,
            consistency_threshold=self.consistency_threshold,
            vote=self.vote,
            priors=self.priors,
            # Whether the models agreed can only be told from whole stages.
            settled_exit=self.settled_exit and self.on_disagreement == "vote",
        )
        switch = Switch(
            plan=plan,
            reader=_reader(self.answer),
            native_n=self._native(),
            keep_samples=self.keep_samples,
            keep_truncated=self.keep_truncated,
            on_disagreement=self.on_disagreement,
            reward=reward if plan.vote.uses_rewards or self.keep_samples else None,
        )
        limits = Limits(
            concurrency=self._share_the_limit(self.max_concurrency),
            sample_timeout_seconds=self.sample_timeout_seconds,
            time_limit_seconds=self.time_limit_seconds,
        )
        return Settings(switch, limits)

    def _native(self) -> tuple[bool, ...] | None:
        """For each model, whether one request brings all its samples; None for none of them."""
        raise NotImplementedError

    def _identity(self) -> dict[str, Any]:
        """What makes two switches over the same models answer alike: for cache keys and traces."""
        switch = self._ready().switch
        plan = switch.plan
        reward = None if switch.reward is None else switch.reward.label
        if reward is not None and "<" in reward:  # a function without a name that tells it from others
            reward = f"{reward} at {id(self.reward):#x}"
        return {
            "names": list(plan.names),
            "samples": list(plan.samples),
            "policy": repr(plan.policy),
            "vote": repr(plan.vote),
            "priors": list(plan.priors),
            "answer": repr(switch.reader),
            **({} if reward is None else {"reward": reward}),
            "native_n": self.native_n,
            "keep_samples": self.keep_samples,
            "keep_truncated": self.keep_truncated,
            "on_disagreement": self.on_disagreement,
            "settled_exit": self.settled_exit,
        }


def _reader(answer: Any) -> AnswerReader:
    try:
        return answer_reader(answer)
    except TypeError as error:  # which pydantic would not take for a wrong value
        raise OptionError(str(error)) from error


def _same(now: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    return len(now) == len(before) and all(map(operator.is_, now, before))


def _cautions(settings: Settings, temperatures: Sequence[float | None]) -> list[str]:
    plan = settings.switch.plan
    own = getattr(plan.policy, "cautions", None)
    cautions: list[str] = list(own(plan.names, plan.samples)) if own else []
    frozen = [
        name
        for name, share, temperature in zip(plan.names, plan.samples, temperatures, strict=True)
        if share > 1 and temperature == 0
    ]
    if frozen:
        cautions.append(
            f"{', '.join(frozen)} samples at temperature 0: every sample is the same, so agreement means "
            "nothing and the samples are wasted; set temperature to 0.7 or 1.0"
        )
    return cautions
