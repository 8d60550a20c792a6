"""What clients ask and say by a paper they hold: progress, evaluation (好差评), complaint (投诉)."""
