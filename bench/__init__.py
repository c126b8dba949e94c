"""Measuring: how many questions a second the gateway answers, how fast, against what baselines.

Run ``python -m bench``; ``smsc.c`` is the message centre that makes the load, ``baseline`` the
processes that the gateway is compared with, ``freshness`` the clock from an approval to the SMS.
Nothing of ``nsor`` imports this. All data is made up, all traffic is on loopback.
"""
