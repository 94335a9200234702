"""A whole year on the virtual clock: invented people, the real diagrams, and a check of every invariant after it.

`run` is the door. `population` invents the enterprises, `people` the officials and experts, `answers` says what
each of them answers, `objectors` and `misdeeds` what is said against it and what is tried against the law, `year`
turns the days, `sequel` goes on past the end of the measure (`expiry`), `invariants` checks I1–I20 on the registers
alone, `report` counts. The demo is built by the same people (`demo`): nothing is inserted behind the engine's back.
"""
