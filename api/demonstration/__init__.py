"""The demo office: its people and examples, a day of cases by the real use cases."""
