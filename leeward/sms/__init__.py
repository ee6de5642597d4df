"""Text messages (SMS) as such: how long they are, when they may be sent, and how an answer becomes texts.

Knows neither Rasa nor Django nor the network; leeward/assistant/sms_turn.py and leeward/records/send_permission.py use it.
"""
