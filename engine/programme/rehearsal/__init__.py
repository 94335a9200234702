"""A whole year on the virtual clock: invented people, the real diagrams, and a check of every invariant after it.

`population` invents the enterprises, `people` the officials and experts, `actors` decides what each of them answers,
`year` turns the days, `invariants` checks I1–I20 on the registers alone, `report` counts. The demo is built by the
same actors (`demo`): nothing is inserted behind the engine's back.
"""
