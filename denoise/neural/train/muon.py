"""Muon (K. Jordan et al. 2024) for matrices, Adam for the rest, on one vector of all parameters.

A matrix is moved by its momentum with all singular values made about 1, here by as much as Adam would on average (J. Liu et
al. 2025: .2 times the root of the longer side)."""
import math
import torch

BETA, MOMENTUM = (.9, .98), .95


def orthogonal(g):
    """Newton-Schulz: five steps towards U V' of g = U S V'."""
    x = g / (g.norm() + 1e-7)
    if tall := x.shape[0] > x.shape[1]:
        x = x.T
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


class Muon:
    """shapes: (name, shape) of the parameters in w, in order. Matrices of gates count one by one; outputs are left to Adam."""

    def __init__(self, w, shapes):
        self.w, self.t = w, 0
        self.mean, self.square, self.momentum = (torch.zeros_like(w) for _ in range(3))
        self.matrices, at = [], 0
        for name, shape in shapes:
            n = math.prod(shape)
            if len(shape) == 2 and 'weight' in name and not name.startswith(('head', 'vad')):
                gates = 3 if 'gru' in name else 1
                self.matrices += [(at + i * n // gates, (shape[0] // gates, shape[1])) for i in range(gates)]
            at += n

    def step(self, g, rate, matrix_rate, decay, workers):
        self.t += 1
        self.mean.lerp_(g, 1 - BETA[0])
        self.square.lerp_(g * g, 1 - BETA[1])
        u = (self.mean / (1 - BETA[0] ** self.t)) / ((self.square / (1 - BETA[1] ** self.t)).sqrt() + 1e-8)
        u = u * rate
        self.momentum.lerp_(g, 1 - MOMENTUM)
        ahead = g.lerp(self.momentum, MOMENTUM)

        def turn(matrix):
            at, (r, c) = matrix
            part = slice(at, at + r * c)
            u[part] = (orthogonal(ahead[part].view(r, c)) * (.2 * math.sqrt(max(r, c)) * matrix_rate)).flatten()
        list(workers.map(turn, self.matrices))
        self.w.mul_(1 - rate * decay).sub_(u)

    def state(self):
        return dict(mean=self.mean, square=self.square, momentum=self.momentum, t=self.t)

    def load(self, s):
        self.mean, self.square, self.momentum, self.t = s['mean'], s['square'], s['momentum'], s['t']
