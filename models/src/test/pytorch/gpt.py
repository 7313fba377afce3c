"""The models of `kleiber bench` in PyTorch, trained on random bytes: prints tokens per second.

    python3 gpt.py CONFIG [--seconds 2] [--models 1] [--device cpu]

The median step counts, after the first ones; with several models, which train one after another,
the median over the steps of all. PyTorch's faster ways are used where this version has them: its
own attention and the fused AdamW; on a card also torch.compile, and bfloat16 by autocast.
"""

import argparse
import os
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

# width, blocks, heads, sequences, vocabulary, context
CONFIGURATIONS = {
    "S": (64, 2, 4, 32, 256, 128),
    "M": (128, 4, 4, 32, 256, 128),
    "L": (256, 4, 4, 32, 256, 128),
    "XL": (512, 6, 8, 8, 256, 128),
    "tiny": (16, 2, 2, 32, 256, 128),
    "GPT2": (768, 12, 12, 16, 50304, 1024),
}
WARM_UP_STEPS = 5
LEAST_STEPS = 3


class Block(nn.Module):
    """Pre-norm attention and MLP, each added to the residual stream."""

    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        future = torch.ones(context, context, dtype=torch.bool).triu(1)
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
    def __init__(self, width, depth, heads, vocabulary, context):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Embedding(context, width)
        self.blocks = nn.Sequential(*[Block(width, heads, context) for _ in range(depth)])
        self.final_norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, inputs, targets):
        x = self.blocks(self.token(inputs) + self.position.weight)
        logits = self.final_norm(x) @ self.token.weight.t()
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def optimizer(model):
    settings = dict(lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    try:
        return torch.optim.AdamW(model.parameters(), fused=True, **settings)
    except (TypeError, RuntimeError):  # not for the CPU before 2.4
        return torch.optim.AdamW(model.parameters(), **settings)


def step(model, adamw, tokens, device):
    tokens = tokens.to(device)
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        loss = model(tokens[:, :-1], tokens[:, 1:].contiguous())
    adamw.zero_grad(set_to_none=True)
    loss.backward()
    adamw.step()
    return loss.item()


def step_times(configuration, seconds, device):
    width, depth, heads, batch, vocabulary, context = CONFIGURATIONS[configuration]
    model = Gpt(width, depth, heads, vocabulary, context).to(device)
    adamw = optimizer(model)
    if device == "cuda":
        model = torch.compile(model)

    def draw():
        return torch.randint(vocabulary, (batch, context + 1))

    for _ in range(WARM_UP_STEPS):
        step(model, adamw, draw(), device)
    times = []
    start = time.perf_counter()
    while len(times) < LEAST_STEPS or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        step(model, adamw, draw(), device)
        times.append(time.perf_counter() - before)
    return times


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("configuration", choices=CONFIGURATIONS)
    arguments.add_argument("--seconds", type=float, default=2)
    arguments.add_argument("--models", type=int, default=1)
    arguments.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    asked = arguments.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    times = []
    for _ in range(asked.models):
        times += step_times(asked.configuration, asked.seconds / asked.models, asked.device)
    _, _, _, batch, _, context = CONFIGURATIONS[asked.configuration]
    print(batch * context / statistics.median(times))


main()
