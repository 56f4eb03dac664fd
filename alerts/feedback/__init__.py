"""What verdicts teach: how often a rule was right, and which parameters would have served better.

Nothing here changes a rule. It measures, and it proposes; a person decides, and says so in a
statement (`rule.parameters_set`).
"""
