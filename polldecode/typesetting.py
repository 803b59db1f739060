"""What typesetting languages call the quotes."""

from __future__ import annotations

# Words of RTF and LaTeX. A blank or braces end them, and are not shown.
QUOTE_WORDS = {
    "rdblquote": "\u201d",
    "ldblquote": "\u201c",
    "rquote": "\u2019",
    "lquote": "\u2018",
    "textquotedblright": "\u201d",
    "textquotedblleft": "\u201c",
    "textquotedbl": '"',
    "textquoteright": "\u2019",
    "textquoteleft": "\u2018",
    "textquotesingle": "'",
    "quotedblbase": "\u201e",
    "quotesinglbase": "\u201a",
    "guillemotright": "\xbb",
    "guillemotleft": "\xab",
    "guillemetright": "\xbb",
    "guillemetleft": "\xab",
    "guilsinglright": "\u203a",
    "guilsinglleft": "\u2039",
    "frqq": "\xbb",
    "flqq": "\xab",
    "grqq": "\u201c",
    "glqq": "\u201e",
    "fg": "\xbb",
    "og": "\xab",
}
# Of troff, `\(rq` or `\[rq]`.
TROFF = {"lq": "\u201c", "rq": "\u201d", "oq": "\u2018", "cq": "\u2019", "Bq": "\u201e", "bq": "\u201a",
         "Fo": "\xab", "Fc": "\xbb", "fo": "\u2039", "fc": "\u203a", "dq": '"', "aq": "'",
         "sd": "\u2033", "fm": "\u2032"}  # fmt: skip
