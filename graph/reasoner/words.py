"""The rules of OWL 2 RL (Profiles §4.3) in words, Swedish and English; the numbers stand for the axiom's terms."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "prp-dom": {"sv": "det som ”{0}” utgår från är ”{1}”", "en": "whatever “{0}” starts from is a “{1}”"},
    "prp-rng": {"sv": "det som ”{0}” leder till är ”{1}”", "en": "whatever “{0}” leads to is a “{1}”"},
    "prp-spo1": {"sv": "”{0}” är ett slags ”{1}”", "en": "“{0}” is a kind of “{1}”"},
    "prp-eqp1": {"sv": "”{0}” betyder detsamma som ”{1}”", "en": "“{0}” means the same as “{1}”"},
    "prp-eqp2": {"sv": "”{0}” betyder detsamma som ”{1}”", "en": "“{0}” means the same as “{1}”"},
    "prp-inv1": {"sv": "”{1}” är ”{0}” i motsatt riktning", "en": "“{1}” is “{0}” in the other direction"},
    "prp-inv2": {"sv": "”{1}” är ”{0}” i motsatt riktning", "en": "“{1}” is “{0}” in the other direction"},
    "prp-symp": {"sv": "”{0}” gäller i båda riktningarna", "en": "“{0}” holds in both directions"},
    "prp-trp": {"sv": "”{0}” följs genom flera led", "en": "“{0}” is followed through several steps"},
    "prp-spo2": {"sv": "kedjan {steps} ger ”{0}”", "en": "the chain {steps} gives “{0}”"},
    "cax-sco": {"sv": "varje ”{0}” är ”{1}”", "en": "every “{0}” is a “{1}”"},
    "cax-eqc1": {"sv": "”{0}” och ”{1}” är samma klass", "en": "“{0}” and “{1}” are the same class"},
    "cax-eqc2": {"sv": "”{0}” och ”{1}” är samma klass", "en": "“{0}” and “{1}” are the same class"},
    "cls-hv1": {"sv": "varje ”{0}” har ”{1}” ”{2}”", "en": "every “{0}” has “{1}” “{2}”"},
    "cls-hv2": {"sv": "det som har ”{1}” ”{2}” är ”{0}”", "en": "whatever has “{1}” “{2}” is a “{0}”"},
    "cls-svf1": {"sv": "det som har ”{1}” till någon ”{2}” är ”{0}”", "en": "whatever has “{1}” to some “{2}” is a “{0}”"},
    "cls-svf2": {"sv": "det som har ”{1}” är ”{0}”", "en": "whatever has “{1}” is a “{0}”"},
    "cls-avf": {"sv": "allt som ”{0}” har som ”{1}” är ”{2}”", "en": "whatever a “{0}” has as “{1}” is a “{2}”"},
    "cls-int1": {"sv": "det som är {steps} är ”{0}”", "en": "whatever is {steps} is a “{0}”"},
    "cls-int2": {"sv": "varje ”{0}” är ”{1}”", "en": "every “{0}” is a “{1}”"},
    "cls-uni": {"sv": "varje ”{1}” är ”{0}”", "en": "every “{1}” is a “{0}”"},
    "cls-oo": {"sv": "”{1}” räknas upp bland ”{0}”", "en": "“{1}” is listed among “{0}”"},
}
ASSERTED: Final = {"sv": "står i {0}", "en": "said in {0}"}
PASSAGE: Final = {"sv": "{0}, tecken {1}–{2}", "en": "{0}, characters {1}–{2}"}
BACKWARDS: Final = {"sv": "(bakåt)", "en": "(backwards)"}
