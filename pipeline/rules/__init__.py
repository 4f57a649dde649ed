"""Attributes → events. A rule is one file with one subclass of `Rule`; `watch.RuleWatch` lets those of a camera look at
its frame records, and answers event revisions. Rules only read what attributes have found; they decide nothing for
people, they tell them where to look."""
