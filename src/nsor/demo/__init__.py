"""The demo: everything on one machine, with people who are all made up.

May enter: the sample register, the local message centre, and what starts and ends the processes.
Must not: anything that production needs. Production never imports this room.
"""
