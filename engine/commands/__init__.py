"""What can be done: one function a command, each one transaction. Transactions begin and end here, nowhere else.

Every command takes the runtime and who acts; it asks the policy, locks one instance, lets deadlines that have
passed act first, checks or refuses by name (`refusals`), steps the case and writes the difference.
Nothing here knows a register of the programme: what enters one and begins a process about it in one transaction is
made of these parts beside the register (`programme.objections.intake`, `programme.registrations.intake`).
"""

from engine.commands.absences import end_absence, enter_absence
from engine.commands.batches import confirm_batch, plan_batch, run_batch
from engine.commands.claims import assign, claim, give_back
from engine.commands.commenting import comment
from engine.commands.completions import Completed, complete
from engine.commands.countersigning import ask_countersign, countersign, withdraw_countersign
from engine.commands.deadlines import change_deadline
from engine.commands.deployments import Deployed, DeployedDefinition, deploy
from engine.commands.drafts import save_draft
from engine.commands.following import follow
from engine.commands.incidents import retry
from engine.commands.jobs import run_jobs, wake_effects
from engine.commands.messages import publish_message
from engine.commands.operations import cancel, migrate, modify
from engine.commands.phrases import add_phrase, remove_phrase
from engine.commands.resending import resend, run_job
from engine.commands.signals import broadcast_signal
from engine.commands.starts import Started, start
from engine.commands.suspensions import resume, suspend
from engine.commands.timers import fire_due_timers
from engine.commands.urging import copy, urge
from engine.commands.variables import set_variable
from engine.commands.views import change_view, delete_view, prefer, save_view

__all__ = [
    "Completed",
    "Deployed",
    "DeployedDefinition",
    "Started",
    "add_phrase",
    "ask_countersign",
    "assign",
    "broadcast_signal",
    "cancel",
    "change_deadline",
    "change_view",
    "claim",
    "comment",
    "complete",
    "confirm_batch",
    "copy",
    "countersign",
    "delete_view",
    "deploy",
    "end_absence",
    "enter_absence",
    "fire_due_timers",
    "follow",
    "give_back",
    "migrate",
    "modify",
    "plan_batch",
    "prefer",
    "publish_message",
    "remove_phrase",
    "resend",
    "resume",
    "retry",
    "run_batch",
    "run_job",
    "run_jobs",
    "save_draft",
    "save_view",
    "set_variable",
    "start",
    "suspend",
    "urge",
    "wake_effects",
    "withdraw_countersign",
]
