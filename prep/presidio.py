"""What Microsoft's presidio finds in a text: the optional extra `presidio`. Knows neither frames nor verbs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from prep.errors import UnusableParameter, nearest

TYPES_OF_MODELS = ("PERSON", "LOCATION", "NRP", "ORGANIZATION", "DATE_TIME")
"""What presidio finds with a language model only."""


@lru_cache(maxsize=4)
def analyzer(language: str, model: str | None) -> Any:
    """The engine of presidio for a language; with a spaCy model, or without one, by patterns and check digits only.

    Raises UnusableParameter where presidio or the model is not installed; no model is downloaded.
    """
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NoOpNlpEngine, SpacyNlpEngine
    except ImportError as error:
        raise UnusableParameter("redact: presidio=... needs presidio: install assay[presidio].") from error
    registry = RecognizerRegistry(supported_languages=[language])
    if model is None:
        engine: Any = NoOpNlpEngine(models=[{"lang_code": language, "model_name": "none"}])
    else:
        import spacy

        if not spacy.util.is_package(model):
            raise UnusableParameter(
                f"redact: the language model {model!r} is not installed: python -m spacy download {model}."
            )
        engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": model}])
    engine.load()
    registry.load_predefined_recognizers(languages=[language], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])


def check_types(types: Sequence[str], language: str, model: str | None) -> None:
    """Raises UnusableParameter for a type that presidio does not find, or finds with a model only."""
    known = analyzer(language, model).get_supported_entities(language)
    for one in types:
        if model is None and one in TYPES_OF_MODELS:
            raise UnusableParameter(
                f"redact: presidio finds {one} with a language model only; say presidio_model='en_core_web_lg'."
            )
        if one not in known:
            near = nearest(one, known)
            cure = f"Did you mean {near!r}?" if near else f"It knows: {', '.join(sorted(known))}."
            raise UnusableParameter(f"redact: presidio knows no {one!r} in {language!r}. {cure}")


def found(
    text: str, types: Sequence[str], language: str, model: str | None, score: float
) -> list[tuple[int, int, str]]:
    """Where something of these types stands: start, end, type; none overlaps another (the surer stays), in order."""
    seen = analyzer(language, model).analyze(text, language=language, entities=list(types), score_threshold=score)
    kept: list[tuple[int, int, str]] = []
    for one in sorted(seen, key=lambda one: (-one.score, one.start - one.end, one.start, one.entity_type)):
        if all(one.end <= start or end <= one.start for start, end, _ in kept):
            kept.append((one.start, one.end, one.entity_type))
    return sorted(kept)
