from __future__ import annotations

import pytest
import torch

from engine.training.muon import Muon, orthogonalise


def test_singular_values_move_to_near_one_and_singular_vectors_stay() -> None:
    torch.manual_seed(0)
    for rows, columns in ((8, 8), (6, 20), (20, 6)):
        matrix = torch.randn(2, rows, columns)
        result = orthogonalise(matrix)
        u, _, vh = torch.linalg.svd(matrix[0], full_matrices=False)
        core = u.T @ result[0] @ vh.T
        off_diagonal = core - torch.diag(core.diagonal())
        assert off_diagonal.abs().max() < 1e-4
        # Jordan et al.: these coefficients land anywhere between about 0.7 and 1.2, if not tiny before
        assert core.diagonal()[: min(rows, columns) // 2].min() > 0.6
        assert core.diagonal().max() < 1.25


def test_it_minimises_a_least_squares_problem() -> None:
    torch.manual_seed(0)
    target = torch.randn(8, 8)
    weight = torch.nn.Parameter(torch.zeros(8, 8))
    optimiser = Muon([weight], lr=0.2)
    for step in range(200):
        optimiser.param_groups[0]["lr"] = 0.2 * (1 - step / 200)
        optimiser.zero_grad()
        ((weight - target) ** 2).sum().backward()
        optimiser.step()
    assert ((weight - target) ** 2).mean() < 1e-2


def test_an_update_has_the_root_mean_square_of_adams() -> None:
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.zeros(64, 64))
    optimiser = Muon([weight], lr=1.0)
    (weight * torch.randn(64, 64)).sum().backward()
    optimiser.step()
    assert float(weight.detach().square().mean().sqrt()) == pytest.approx(0.2, rel=0.25)


def test_a_matrix_without_gradient_stays() -> None:
    weight = torch.nn.Parameter(torch.ones(3, 3))
    Muon([weight], lr=1.0).step()
    assert torch.equal(weight, torch.ones(3, 3))
