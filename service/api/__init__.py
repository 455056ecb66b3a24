"""The JSON API: questions, answers, asking, changes, why."""
