"""The languages of the package: what people read, in Swedish and in English."""

from grannskap.language.texts import Texts, marked, texts_for

__all__ = ["Texts", "marked", "texts_for"]
