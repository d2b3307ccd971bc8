"""Bringing tables together: joins with a promise, unions, nearest times, several sources into one."""
