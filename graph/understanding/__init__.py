"""Questions in plain Swedish or English: which question of the catalogue is meant, about what, and its answer. No language model, no network.

    words → things named (`mentions`) → the question of the catalogue that is nearest (`phrasings`) → its rows, narrowed to what was asked (`answering`),
                                      ↓                                           and below them what statements say that it lacks
                                      ↘ no question near enough: the statements that speak of most of what was asked (`statements`, `choosing`)

What gives no answer of the kind that was asked for (`forms`) is left out. Where nothing speaks of it the reply is "not_documented"; where the words are none
of ours, "not_understood". Nothing is made up.
"""

from graph.understanding.asker import Asker
from graph.understanding.reply import ANSWERED, NOT_DOCUMENTED, NOT_UNDERSTOOD, UNKNOWN_NAME, Reply, Unknown

__all__ = ["ANSWERED", "NOT_DOCUMENTED", "NOT_UNDERSTOOD", "UNKNOWN_NAME", "Asker", "Reply", "Unknown"]
