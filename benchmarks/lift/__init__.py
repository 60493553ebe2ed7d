"""Do the intervals of lift hold the truth as often as they say?"""
