"""texturize: what WordPress makes of the text of a post, in each of its locales.

WordPress does not know the shortcodes of a plugin that is switched off, and treats them as prose: quotes
become curly, a quote after a digit a double prime. This follows ``wptexturize()`` and
``wptexturize_primes()`` of WordPress 6.1.1 (wp-includes/formatting.php) step by step, in the same order,
because the order decides what a quote becomes: the quote after ``=`` has no space before it, so it is no
opening one. All locales share these rules; they differ in the strings their translators chose
(data/locales.json), which keep the spelling of the translation: character, named or numeric entity.

Words with a leading apostrophe ('tis, 'em) are WordPress's English list in every locale that has not been
seen to change it: the list belongs to the prose around, no shortcode holds one.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from polldecode.mangle.typography import (
    APOSTROPHE,
    CLOSES,
    OPEN_DOUBLE,
    OPEN_SINGLE,
    Rule,
    Rules,
    rules_of,
)

PRIME_OR_QUOTE = "<!--wp-prime-or-quote-->"

# WordPress's own shortcodes, which it knows and leaves alone.
REGISTERED = ("wp_caption", "caption", "gallery", "playlist", "audio", "video", "embed")
UNTOUCHED_ELEMENTS = frozenset({"pre", "code", "kbd", "style", "script", "tt"})
ELEMENT = r"<(?=!--)!(?>(?:-(?!->)[^\-]*+)*)(?:-->)?|<(?!!--)[^>]*>?"  # unclosed: to the end
SHORTCODE = rf"\[[/\[]?(?:{'|'.join(REGISTERED)})(?=[\s\]/])(?>(?:[^\[\]<>]+|<[^\[\]>]*>)*)\]\]?"
DELIMITER = re.compile(f"({ELEMENT}|{SHORTCODE})", re.ASCII)
WHOLE_SHORTCODE = re.compile(SHORTCODE, re.ASCII)

BARE_AMPERSAND = re.compile(r"&(?!#(?:[0-9]+|[xX][a-fA-F0-9]+);|[a-zA-Z1-4]{1,8};)")
SURE_TIMES = re.compile(r"(?<=[0-9])x[0-9]")  # without one of these WordPress does not look for products
TIMES = re.compile(r"(?<=[0-9.,])x(?=[0-9])")
NUMBER = "0123456789.,"
ASCII_WORD = re.compile(r"\w", re.ASCII)


def texturize(text: str, locale: str, *, html: bool = False) -> str:
    """``text``, the content of a post, as WordPress 6.1.1 shows it in ``locale`` ("fr_FR"; see
    :func:`locales`).

    Elements, comments, what stands in pre, code, kbd, style, script or tt, and WordPress's own shortcodes
    stay as they are. With ``html`` the result is WordPress's HTML, entities spelled as the locale's
    translators spelled them; without, entities are decoded. Raises ValueError for a locale that is not in
    the table. Linear in the length of the text.
    """
    rules = rules_of(locale)
    elements: list[str] = []  # open elements whose content is left alone
    pieces = DELIMITER.split(text)
    for number, piece in enumerate(pieces):
        if not piece or piece.startswith("<!--"):
            continue
        if piece[0] == "<":
            pieces[number] = BARE_AMPERSAND.sub("&#038;", piece)
            open_or_close(piece, elements)
        elif (
            piece.strip(" \t\n\r\0\x0b")
            and not elements
            and not (piece[0] == "[" and WHOLE_SHORTCODE.fullmatch(piece))
        ):
            pieces[number] = prose(piece, rules)
    page = "".join(pieces)
    return page if html else unescape(page)


def open_or_close(element: str, elements: list[str]) -> None:
    """Push the untouched element that opens here, or pop the one that closes. Names are compared as they
    are: WordPress texturizes inside of ``<PRE>``, and inside of ``<pre\\nclass>``."""
    closing = element[1:2] in ("/", "")
    if closing and not elements:
        return
    start = 2 if closing else 1
    space = element.find(" ")
    name = element[start:space] if space >= start else element[start:-1]
    if name in UNTOUCHED_ELEMENTS:
        if not closing:
            elements.append(name)
        elif elements[-1] == name:
            elements.pop()


def prose(text: str, rules: Rules) -> str:
    """One run of text between elements."""
    strings = rules.strings
    for old, new in rules.literal:
        text = text.replace(old, new)
    if "'" in text:
        text = apply(rules.single, text)
        text = primes(text, "'", strings.prime, OPEN_SINGLE, strings.close_single)
        text = text.replace(APOSTROPHE, strings.apostrophe).replace(OPEN_SINGLE, strings.open_single)
    if '"' in text:
        text = apply(rules.double, text)
        text = primes(text, '"', strings.double_prime, OPEN_DOUBLE, strings.close_double)
        text = text.replace(OPEN_DOUBLE, strings.open_double)
    if "-" in text:
        text = apply(rules.dashes, text)
    return BARE_AMPERSAND.sub("&#038;", multiplied(text))


def apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def primes(text: str, quote: str, prime: str, opening: str, closing: str) -> str:
    """Decide for every quote left whether it is a prime or closes a quotation (``wptexturize_primes``)."""
    candidate, after_digit = PRIME_PATTERNS[quote]
    sentences = text.split(opening)
    for number, sentence in enumerate(sentences):
        if quote not in sentence:
            continue
        if number and closing not in sentence:
            sentence, count = candidate.subn(PRIME_OR_QUOTE, sentence)
            if count > 1:
                sentence = several_candidates(sentence, closing)
                sentence = after_digit.sub(prime, sentence)
                sentence = FLAG_AFTER_DIGIT.sub(prime, sentence).replace(PRIME_OR_QUOTE, closing)
            else:
                sentence = after_digit.sub(prime, sentence.replace(PRIME_OR_QUOTE, closing))
        else:
            sentence = candidate.sub(closing, after_digit.sub(prime, sentence))
        sentences[number] = sentence.replace(quote, closing) if quote == '"' else sentence
    return opening.join(sentences)


def several_candidates(sentence: str, closing: str) -> str:
    """The ones behind no digit close the quotation; where there is none, the last one before a period, else
    the last."""
    sentence, count = FLAG_AFTER_OTHER.subn(closing, sentence)
    if count:
        return sentence
    place = sentence.rfind(PRIME_OR_QUOTE + ".")
    if place < 0:
        place = sentence.rfind(PRIME_OR_QUOTE)
    return sentence[:place] + closing + sentence[place + len(PRIME_OR_QUOTE) :]


def multiplied(text: str) -> str:
    r"""4x4 → 4×4, never 0x99: ``\b(\d…)x(\d[\d.,]*)\b`` of WordPress, looked at from each x so that it is
    linear."""
    if not SURE_TIMES.search(text):
        return text
    factors = TIMES.split(text)
    out = [factors[0]]
    used = 0  # characters at the head of the left factor that belong to the product before
    for number, (left, right) in enumerate(pairwise(factors)):
        digits = left[max(used, len(left.rstrip(NUMBER))) :]
        before = ("x" if number else "") + left[: len(left) - len(digits)]
        after = "" if number + 2 == len(factors) else "x"
        used = product_length(right + after) if starts_number(before, digits) else 0
        out += ("&#215;" if used else "x", right)
    return "".join(out)


def starts_number(before: str, digits: str) -> bool:
    r"""Whether \b stands before a digit of ``digits`` from which a number (but no lone 0) reaches its end."""
    for place, character in enumerate(digits):
        previous = digits[place - 1] if place else before[-1:]
        if character not in ".," and not (previous and ASCII_WORD.match(previous)):
            return character != "0" or place + 1 < len(digits)
    return False


def product_length(right: str) -> int:
    r"""How much of ``right`` the second number takes: the longest ``\d[\d.,]*`` that ends at \b; 0 where
    there is none."""
    length = len(right) - len(right.lstrip(NUMBER))
    for end in range(length, 0, -1):
        inside, outside = right[end - 1] not in ".,", right[end : end + 1]
        if inside != bool(outside and ASCII_WORD.match(outside)):
            return end
    return 0


PRIME_PATTERNS = {q: (re.compile(q + CLOSES), re.compile(rf"(?<=[0-9]){q}")) for q in ("'", '"')}
FLAG_AFTER_DIGIT = re.compile(rf"(?<=[0-9]){PRIME_OR_QUOTE}")
FLAG_AFTER_OTHER = re.compile(rf"(?<![0-9]){PRIME_OR_QUOTE}")
