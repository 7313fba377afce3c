"""The models of `kleiber bench` in PyTorch, trained on random bytes: prints tokens per second.

    python3 gpt.py CONFIG [--seconds 2] [--models 1]

The median step counts, after the first ones; with several models, which train one after another,
the median over the steps of all. PyTorch's faster ways are used where this version has them: its
own attention and the fused AdamW.
"""

import argparse
import os
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

VOCABULARY, CONTEXT = 256, 128
# width, blocks, heads, sequences
CONFIGURATIONS = {
    "S": (64, 2, 4, 32),
    "M": (128, 4, 4, 32),
    "L": (256, 4, 4, 32),
    "XL": (512, 6, 8, 8),
    "tiny": (16, 2, 2, 32),
}
WARM_UP_STEPS = 5
LEAST_STEPS = 3


class Block(nn.Module):
    """Pre-norm attention and MLP, each added to the residual stream."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        future = torch.ones(CONTEXT, CONTEXT, dtype=torch.bool).triu(1)
        self.register_buffer("future", future, persistent=False)

    def attend(self, x):
        batch, length, width = x.shape
        shape = (batch, length, 3, self.heads, width // self.heads)
        q, k, v = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4)
        if hasattr(functional, "scaled_dot_product_attention"):
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * (width // self.heads) ** -0.5
            y = scores.masked_fill(self.future, float("-inf")).softmax(-1) @ v
        return self.projection(y.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attend(self.attention_norm(x))
        return x + self.down(functional.gelu(self.up(self.mlp_norm(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, width, depth, heads):
        super().__init__()
        self.token = nn.Embedding(VOCABULARY, width)
        self.position = nn.Embedding(CONTEXT, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(depth)])
        self.final_norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, inputs, targets):
        x = self.blocks(self.token(inputs) + self.position.weight)
        logits = self.final_norm(x) @ self.token.weight.t()
        return functional.cross_entropy(logits.view(-1, VOCABULARY), targets.view(-1))


def optimizer(model):
    settings = dict(lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    try:
        return torch.optim.AdamW(model.parameters(), fused=True, **settings)
    except (TypeError, RuntimeError):  # not for the CPU before 2.4
        return torch.optim.AdamW(model.parameters(), **settings)


def step(model, adamw, batch):
    tokens = torch.randint(VOCABULARY, (batch, CONTEXT + 1))
    loss = model(tokens[:, :-1], tokens[:, 1:].contiguous())
    adamw.zero_grad(set_to_none=True)
    loss.backward()
    adamw.step()
    return loss.item()


def step_times(configuration, seconds):
    width, depth, heads, batch = CONFIGURATIONS[configuration]
    model = Gpt(width, depth, heads)
    adamw = optimizer(model)
    for _ in range(WARM_UP_STEPS):
        step(model, adamw, batch)
    times = []
    start = time.perf_counter()
    while len(times) < LEAST_STEPS or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        step(model, adamw, batch)
        times.append(time.perf_counter() - before)
    return times


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("configuration", choices=CONFIGURATIONS)
    arguments.add_argument("--seconds", type=float, default=2)
    arguments.add_argument("--models", type=int, default=1)
    asked = arguments.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    times = []
    for _ in range(asked.models):
        times += step_times(asked.configuration, asked.seconds / asked.models)
    batch = CONFIGURATIONS[asked.configuration][3]
    print(batch * CONTEXT / statistics.median(times))


main()
