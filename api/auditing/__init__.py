"""What auditors read and take away: the trail, lists, inspections, seals, evidence and exports."""
