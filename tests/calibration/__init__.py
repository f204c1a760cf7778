"""Calibration: seeded simulations, C1 to C14, of the error rates and speeds that the statistics promise.

The design's figures, to which rows refer, were computed by a prototype when the statistics were designed; a row whose
figure could not be reproduced says so.
"""
