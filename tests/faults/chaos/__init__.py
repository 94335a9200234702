"""A small office under attack: web and worker processes on one PostgreSQL, any of them killed or paused at any time.

Clients write down every call and every answer; at the end that history is compared with what the database holds
(the way Jepsen tests databases). `python -m tests.faults.chaos worker|serve …` starts one process of it.
"""
