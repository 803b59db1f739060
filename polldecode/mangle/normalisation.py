"""What cleaning steps of a text pipeline do: Unicode forms, transliteration, straight quotes, tokenizers."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from random import Random

from polldecode.mangle.chance import pick
from polldecode.mangle.places import SHORTCODE, in_tags
from polldecode.mangle.registry import always, choice, mangling

FORM = choice("form", ("NFKC", "NFKD", "NFC", "NFD"))
QUOTES = "“”„‟«»‹›‘’‚‛′″‴"
# As Unidecode and PHP's iconv //TRANSLIT write them.
ASCII = {"«": "<<", "»": ">>", "‹": "<", "›": ">", "“": '"', "”": '"', "„": ",,", "‟": '"', "‘": "'",
         "’": "'", "‚": ",", "‛": "'", "′": "'", "″": "''", "‴": "'''", "–": "-", "—": "--", "…": "...",
         "\xa0": " ", "×": "x", "™": "(tm)", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d",
         "ł": "l"}  # fmt: skip


@mangling("normalisation", "a Unicode normalisation form", name="unicode", parameter=FORM)
def unicode_form(text: str, _rng: Random, form: str) -> str:
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


@mangling("normalisation", "transliterated to ASCII, letters without one dropped (Unidecode)")
@always
def ascii_transliterated(text: str) -> str:
    spelled = "".join(ASCII.get(character, character) for character in text)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


@mangling("normalisation", "everything outside of ASCII dropped")
@always
def ascii_ignored(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


@mangling("normalisation", "curly double quotes made straight, primes and guillemets left (ftfy)")
@always
def straight_quotes(text: str) -> str:
    return re.sub("[‘’‚‛]", "'", re.sub("[“”„‟]", '"', text))


@mangling("normalisation", "all quotes and primes made straight double ones")
@always
def straight_everything(text: str) -> str:
    return re.sub(f"[{QUOTES}]", '"', text)


@mangling("normalisation", "primes made two apostrophes")
@always
def primes_to_apostrophes(text: str) -> str:
    return text.replace("″", "''").replace("′", "'")


@mangling("normalisation", "straight quotes made curly again (smartypants)")
@always
def smart_quotes(text: str) -> str:
    return re.sub(r'"', "”", re.sub(r'(^|[\s(\[=])"', r"\1“", text, flags=re.MULTILINE)).replace("'", "’")


@mangling("normalisation", "quotes as an OCR reads them")
def ocr_quotes(text: str, rng: Random, _value: object) -> str:
    return in_tags(
        text, lambda tag: re.sub(f'["{QUOTES}]', lambda _m: pick(rng, ("“", "”", "''", ",,", "´´", "‟")), tag)
    )


@mangling("normalisation", "tokenized: spaces around punctuation (NLTK's wordpunct)")
@always
def wordpunct(text: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s]+", unescape(text)))


@mangling("normalisation", "tokenized, each punctuation mark by itself (spaCy, BERT)")
@always
def punctuation_apart(text: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s]", unescape(text)))


@mangling("normalisation", "tokenized as in the Penn Treebank: -LSB-, -RSB-, `` and ''")
@always
def treebank(text: str) -> str:
    opened = re.sub(r'(^|[ (\[{<])"', r"\1`` ", unescape(text), flags=re.MULTILINE)
    return opened.replace("[", "-LSB- ").replace("]", " -RSB-").replace('"', " '' ")


@mangling("normalisation", "white space collapsed to single spaces")
@always
def collapse_spaces(text: str) -> str:
    return " ".join(text.split())


@mangling("normalisation", "lines joined with <br>")
@always
def lines_to_br(text: str) -> str:
    return text.replace("\n", "<br>")


@mangling(
    "normalisation",
    "no-break spaces made plain, or lost",
    parameter=choice("to", ("space", "nothing", "narrow")),
)
def nbsp_replaced(text: str, _rng: Random, to: str) -> str:
    return text.replace("\xa0", {"space": " ", "nothing": "", "narrow": "\u202f"}[to])


@mangling("normalisation", "each space a no-break space")
@always
def spaces_to_nbsp(text: str) -> str:
    return text.replace(" ", "\xa0")


@mangling("normalisation", "CRLF or CR line ends", parameter=choice("end", ("crlf", "cr", "ls")))
def line_ends(text: str, _rng: Random, end: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", {"crlf": "\r\n", "cr": "\r", "ls": "\u2028"}[end])


@mangling("normalisation", "full-width brackets, quotes and equals signs, as in Chinese and Japanese text")
@always
def fullwidth_punctuation(text: str) -> str:
    return in_tags(text, lambda tag: "［" + tag[1:-1].replace('"', "＂") + "］")


@mangling("normalisation", "stop characters dropped: quotes of every kind")
@always
def quotes_dropped(text: str) -> str:
    return re.sub(f"[\"'{QUOTES}]", "", text)


@mangling("normalisation", "the prose in lower case, shortcodes left")
@always
def lower_prose(text: str) -> str:
    out: list[str] = []
    end = 0
    for found in SHORTCODE.finditer(text):
        out += text[end : found.start()].lower(), found[0]
        end = found.end()
    # A payload outside of a shortcode would not survive; without any shortcode the text stays as it is.
    return "".join(out) + (text[end:].lower() if end else text[end:])
