import importlib
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from modelswitch_core.tiny import TASKS, TinyModel
from modelswitch_core.tiny._code import ANSWER_TOKENS, END, PROMPT_TOKENS, SYMBOLS, Arithmetic, encoded
from modelswitch_core.tiny._network import Network

WEIGHTS = files("modelswitch_core.tiny") / "weights"
PROMPT = encoded(Arithmetic(417, "-", 58))


def arrays(name: str) -> dict[str, NDArray[Any]]:
    with (WEIGHTS / f"{name}.npz").open("rb") as file, np.load(file) as loaded:
        return dict(loaded)


@pytest.fixture(params=TASKS)
def network(request: pytest.FixtureRequest) -> Network:
    return TinyModel.load(request.param).network


@pytest.mark.parametrize("name", TASKS)
def test_numpy_computes_what_pytorch_computed(name: str) -> None:
    reference = arrays("reference")
    logits = Network(arrays(name)).logits(reference["tokens"].tolist())
    assert logits.shape == reference[name].shape == (12, PROMPT_TOKENS + ANSWER_TOKENS - 1, len(SYMBOLS))
    np.testing.assert_allclose(logits, reference[name], atol=1e-3)


@pytest.mark.parametrize("name", TASKS)
def test_numpy_computes_what_pytorch_computes_here(name: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is only there for training")
    training = importlib.import_module("training.train_tiny")
    tokens = arrays("reference")["tokens"]
    with torch.no_grad():
        expected: NDArray[np.float32] = training.model_of(arrays(name))(torch.from_numpy(tokens)).numpy()
    np.testing.assert_allclose(Network(arrays(name)).logits(tokens.tolist()), expected, atol=1e-3)


def test_a_token_by_token_computation_is_that_of_the_whole(network: Network) -> None:
    # At temperature 0 each written token is the likeliest after those before it, computed anew.
    [written] = network.sample(PROMPT, np.zeros((1, ANSWER_TOKENS)), temperature=0, end=END)
    for length in range(len(written)):
        logits = network.logits([[*PROMPT, *written[:length]]])[0, -1]
        assert int(logits.argmax()) == written[length]


def test_the_same_chances_give_the_same_tokens_however_many_there_are(network: Network) -> None:
    chances = np.random.default_rng(0).random((8, ANSWER_TOKENS))
    together = network.sample(PROMPT, chances, temperature=1.5, end=END)
    alone = [network.sample(PROMPT, row[None], temperature=1.5, end=END)[0] for row in chances]
    assert together == alone
    assert len(set(map(tuple, together))) > 1


def test_tokens_come_as_often_as_they_are_likely(network: Network) -> None:
    temperature, samples = 3.0, 4_000
    chances = np.random.default_rng(1).random((samples, 1))
    drawn = [row[0] for row in network.sample(PROMPT, chances, temperature=temperature, end=END)]
    logits = network.logits([PROMPT])[0, -1].astype(np.float64) / temperature
    expected = np.exp(logits) / np.exp(logits).sum()
    # Five standard deviations of a share.
    slack = 5 * np.sqrt(expected * (1 - expected) / samples) + 1e-9
    assert (np.abs(np.bincount(drawn, minlength=len(SYMBOLS)) / samples - expected) <= slack).all()


@pytest.mark.parametrize("chance", [0.0, 0.5, np.nextafter(1.0, 0.0)])
def test_every_chance_is_a_token(network: Network, chance: float) -> None:
    [written] = network.sample(PROMPT, np.full((1, ANSWER_TOKENS), chance), temperature=100.0, end=END)
    assert all(0 <= token < len(SYMBOLS) for token in written)


def test_nothing_is_written_after_the_end(network: Network) -> None:
    chances = np.random.default_rng(2).random((50, ANSWER_TOKENS))
    for written in network.sample(PROMPT, chances, temperature=2.0, end=END):
        assert END not in written[:-1]
        assert written[-1] == END or len(written) == ANSWER_TOKENS


def test_parameters_are_counted(network: Network) -> None:
    assert network.parameters == 150_592
