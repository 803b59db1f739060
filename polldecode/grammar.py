"""What shortcodes look like in the wild: constants only, each with the fact that made it so.

WordPress means WordPress 6.1.1 (``wp-includes/shortcodes.php``, ``wp-includes/formatting.php``) and 46 of its
translations; the plugin means Expert Review 1.8.0.
"""

from __future__ import annotations

from typing import Final

# The shortcodes that the plugin registers. Longer names first: an alternation takes the first that fits.
POLL_TAG: Final = "expert_review_poll"
TAGS: Final = (
    "expert_review_likes_rate",
    "expert_review_likes",
    POLL_TAG,
    "expert_review_faq",
    "expert_review",
)

# get_shortcode_regex ends a tag at (?![\w-]) and shortcode_parse_atts takes names of [\w-]+, both without
# the /u flag: ASCII letters, digits, underscore and hyphen, nothing else.
NAME_CHARACTERS: Final = r"A-Za-z0-9_\-"

# A name is bounded so that a search for `name=` over one endless word stays linear. The plugin's longest is
# 32 (pluses_minuses_show_title_mobile).
LONGEST_NAME: Final = 64

# WordPress knows one bracket. The others are what the same bracket becomes: esc_shortcodes and every HTML
# encoder write entities, East Asian normalisation the fullwidth form.
OPENING_BRACKETS: Final = "[\uff3b"
CLOSING_BRACKETS: Final = "]\uff3d"
OPENING_BRACKET_ENTITIES: Final = r"#0{0,6}91|#[xX]0{0,6}5[bB]|lbrack|lsqb"
CLOSING_BRACKET_ENTITIES: Final = r"#0{0,6}93|#[xX]0{0,6}5[dD]|rbrack|rsqb"

# ----------------------------------------------------------------------------------------------------
# Quotes. wptexturize takes the quote after `=` for a closing one, so any of these stands at either end of a
# value.

STRAIGHT_QUOTES: Final = "\"'"  # as the plugin writes them; he_IL translates the curly ones back to these
DOUBLE_QUOTES: Final = (
    "\u201c\u201d"  # “ ” en_US and most; “ alone at both ends in de_DE, cs_CZ, sk_SK, bg_BG, sr_RS
    "\u201e\u201f"  # „ opening in de, cs, pl, hu, ro, lt, where spaces stand round `=`; ‟ its mirror
    "\xab\xbb"  # « » fr, es_ES, ru_RU, nb_NO, nn_NO, de_CH; in fr_FR and fr_CA with a NBSP inside
    "\u300a\u300b\u226a\u226b"  # 《》 what Chinese converters make of « »; ≪≫ the Japanese ones
    "\u300c\u300d\u300e\u300f"  # 「」『』 ja and zh_TW typography
    "\u301d\u301e\u301f"  # 〝〞〟 East Asian double primes
    "\uff02"  # ＂ fullwidth normalisation
    "\u275d\u275e\u2e42\U0001f676\U0001f677\U0001f678"  # ❝❞ ⹂ and the heavy ones of decorating scripts
    "\u02dd\u02ee\u02ba\u05f4"  # ˝ ˮ ʺ (transliteration's double prime) and the Hebrew gershayim ״
)
SINGLE_QUOTES: Final = (
    "\u2018\u2019"  # ‘ ’ single-quoted attributes: ’ at both ends, ‘ closing in de, cs, sk
    "\u201a\u201b"  # ‚ opening in de, cs, sk; ‛
    "\u2039\u203a"  # ‹ › de_CH closes single quotes with ›
    "\u3008\u3009\uff62\uff63"  # 〈〉 and half-width ｢｣
    "\uff07\u275b\u275c\u02bc\u02b9\u05f3"  # ＇ ❛❜ ʼ ʹ ׳
    "`\xb4\u02cb\u02ca\uff40"  # ` ´ and kin: ASCII transliteration, TeX and old keyboards
)
PRIMES: Final = (
    "\u2032\u2033\u2034\u2057"  # ′ ″ after a digit (every locale); NFKC makes ′′ of ″; ‴ ⁗ where two met
    "\u2035\u2036\u2037"  # the reversed ones
)
QUOTES: Final = STRAIGHT_QUOTES + DOUBLE_QUOTES + SINGLE_QUOTES + PRIMES

# Transliteration to ASCII (iconv //TRANSLIT, unidecode, sanitizers) writes a glyph as two characters. The
# comma and the angle bracket by themselves are no quotes: values and HTML tags begin with them.
ASCII_DOUBLES: Final = (">>", "<<", ",,", "''", "``")

# Quotes in HTML: named, decimal or hexadecimal, once more escaped or not, mixed within one shortcode.
_DECIMAL = "|".join(str(ord(glyph)) for glyph in QUOTES)
_HEXADECIMAL = "|".join(f"{ord(glyph):x}" for glyph in QUOTES)
QUOTE_ENTITIES: Final = (
    rf"&(?:amp;){{0,4}}(?:#0{{0,6}}(?:{_DECIMAL})|#[xX]0{{0,6}}(?i:{_HEXADECIMAL})"
    r"|quot|apos|grave|acute|[lr][sd]quor?|[bs][bd]quo|[lr]aquo|[lr]saquo|[pP]rime|tprime|qprime);"
)

# ----------------------------------------------------------------------------------------------------
# Spaces. fr_FR and fr_CA put U+00A0 inside the guillemets; French typography plugins U+202F or a thin
# space; nn_NO doubles every space; the ideographic one comes with East Asian normalisation; NEL from EBCDIC
# and XML 1.1.
SPACES: Final = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# Characters that are there and do not show. Inside names they are dropped; inside values they may matter
# (the ZWNJ of Persian, the ZWJ of emoji), so they go only at the edges.
INVISIBLE: Final = (
    "\xad"  # soft hyphen: justification, &shy; inserted into long words
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f"  # joiners and fillers
    "\u200b\u200c\u200d"  # zero width space (also <wbr> as text), non-joiner, joiner
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # bidi controls
    "\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f"  # word joiner, operators
    "\u3164\uffa0"  # Hangul fillers
    # variation selectors
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufeff"  # BOM in the middle of a text: files joined, copies from editors
    "\ufff9\ufffa\ufffb"  # interlinear annotation
)

# The same as entities and tags of HTML, where an extractor has not read them yet.
INVISIBLE_MARKUP: Final = (
    r"&(?:shy|zwnj|zwj|ZeroWidthSpace|lrm|rlm|#173|#820[3-7]|#8288|#65279|#[xX](?:[aA][dD]|200[b-fB-F]|2060|[fF][eE][fF]{2}));"
    r"|</?wbr ?/?>"
)

# A tag between the bracket and the shortcode's: editors that mark code or set names in bold.
INLINE_TAG: Final = r"</?[A-Za-z][A-Za-z0-9]{0,9}>"

# Any tag of HTML or XML, and comments. Bounded, but long: mail programs and PDF converters write whole style
# sheets into one. Not a guillemet in ASCII before a payload.
MARKUP: Final = r"<(?:/?(?!(?-i:JTdC))[A-Za-z][^<>]{0,400}+|!--[^<>]{0,400}?--)>"

# Hyphens that stand for `-` in tags and names: wptexturize, non-breaking typography, normalisation.
HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"

# Text is missing here: excerpts (`…`, `[…]` of wp_trim_excerpt, `...`) and characters that could not be
# decoded.
ELLIPSES: Final = ("[\u2026]", "[...]", "\u2026", "...")
REPLACEMENT: Final = "\ufffd"
