"""The only door to SpiffWorkflow: compiles checked diagrams, runs a case through one, keeps its place.

SpiffWorkflow evaluates diagram text as Python, and its serializer can be made to run code from a
stored row; neither is used. Nothing outside this package imports it.
"""

from engine.bpmn.model import Model, Step, compile_model
from engine.bpmn.position import StateRefused
from engine.bpmn.run import Run, restore, start
from engine.bpmn.walk import Waiting

__all__ = ["Model", "Run", "StateRefused", "Step", "Waiting", "compile_model", "restore", "start"]
