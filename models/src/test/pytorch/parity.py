#!/usr/bin/env python3
"""The trainings of ParityRun.java, repeated in PyTorch from the same weights and batches.

To make the golden file again, from the project's root (needs PyTorch, any version from 1.13 on;
Debian: apt-get install python3-torch):

    mvn -q test-compile exec:exec -pl models -Dexec.executable=java -Dexec.classpathScope=test \\
        -Dexec.args="-Dkleiber.home=$PWD -cp %classpath kleiber.train.ParityRun $PWD/models/target/parity"
    python3 models/src/test/pytorch/parity.py models/target/parity models/src/test/resources/parity/golden.json

Prints both sides' losses, step by step. ParityTest holds Kleiber to the golden file.
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F


def norm(x, kind, gain, bias=None):
    if kind == "LAYER":
        return F.layer_norm(x, x.shape[-1:], gain, bias, 1e-5)
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * gain


def rotary(x_BxHxTxE):
    """Pairs (i, i + E/2) turned by t * 10000 ** (-2i/E)."""
    T, E = x_BxHxTxE.shape[-2:]
    angle_TxE2 = torch.outer(torch.arange(T).float(), 10000 ** (-torch.arange(0, E, 2).float() / E))
    cos, sin = angle_TxE2.cos(), angle_TxE2.sin()
    a, b = x_BxHxTxE.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


def attention(model, p, name, x_BxTxD):
    B, T, D = x_BxTxD.shape
    H = model["heads"]
    qkv = linear(p, name + ".qkv", norm_of(model, p, name + ".norm", x_BxTxD))
    q, k, v = (part.view(B, T, H, D // H).transpose(1, 2) for part in qkv.split(D, dim=-1))
    if model["qkNorm"]:
        gain = p[name + ".qknorm.gain"]
        q, k = norm(q, model["norm"], gain[0]), norm(k, model["norm"], gain[1])
    if model["position"] == "ROTARY":
        q, k = rotary(q), rotary(k)
    score = q @ k.transpose(-2, -1) / math.sqrt(D // H)
    score = score.masked_fill(torch.ones(T, T, dtype=torch.bool).triu(1), -math.inf)
    y = (score.softmax(-1) @ v).transpose(1, 2).reshape(B, T, D)
    return x_BxTxD + linear(p, name + ".projection", y)


def mlp(model, p, name, x_BxTxD):
    h = linear(p, name + ".up", norm_of(model, p, name + ".norm", x_BxTxD))
    if model["activation"] == "SWIGLU":
        gate, value = h.chunk(2, dim=-1)
        h = F.silu(gate) * value
    elif model["activation"] == "GELU":
        h = 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))
    else:
        h = F.gelu(h)
    return x_BxTxD + linear(p, name + ".down", h)


def linear(p, name, x):
    y = x @ p[name + ".weight"]
    return y + p[name + ".bias"] if name + ".bias" in p else y


def norm_of(model, p, name, x):
    return norm(x, model["norm"], p[name + ".gain"], p.get(name + ".bias"))


def loss(model, p, inputs_BxT, targets_BxT):
    x = p["token.weight"][inputs_BxT]
    if model["position"] == "LEARNED":
        x = x + p["position.weight"]
    for block in range(model["depth"]):
        x = attention(model, p, f"block{block}.attention", x)
        x = mlp(model, p, f"block{block}.mlp", x)
    head = p["token.weight"].T if model["tiedHead"] else p["head.weight"]
    logits = norm_of(model, p, "final", x) @ head
    return F.cross_entropy(logits.flatten(0, 1), targets_BxT.flatten())


def fraction_of_peak(run, step):
    """Linear warm-up from 0, then half a cosine."""
    warmup, steps, final = run["warmupSteps"], run["steps"], run["finalFraction"]
    if step < warmup:
        return step / warmup
    return final + (1 - final) * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


def train(folder):
    run = json.loads((folder / "manifest.json").read_text())
    flat = torch.frombuffer(bytearray((folder / "weights.f32").read_bytes()), dtype=torch.float32)
    sizes = [math.prod(shape) for shape in run["shapes"].values()]
    p = {
        name: part.view(shape).clone().requires_grad_()
        for (name, shape), part in zip(run["shapes"].items(), flat.split(sizes))
    }
    tokens = torch.frombuffer(bytearray((folder / "tokens.i32").read_bytes()), dtype=torch.int32)
    tokens = tokens.long().view(run["steps"], 2, run["batch"], run["context"])

    settings = run["optimizer"]
    matrices = [w for name, w in p.items() if name.endswith(".weight")]
    vectors = [w for name, w in p.items() if not name.endswith(".weight")]
    adamw = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": settings["weightDecay"]},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=settings["learningRate"],
        betas=(settings["beta1"], settings["beta2"]),
        eps=settings["epsilon"],
    )
    losses = []
    clipped = 0
    for step, (inputs, targets) in enumerate(tokens):
        value = loss(run["model"], p, inputs, targets)
        losses.append(value.item())
        adamw.zero_grad()
        value.backward()
        clipped += torch.nn.utils.clip_grad_norm_(p.values(), settings["clip"]) > settings["clip"]
        for group in adamw.param_groups:
            group["lr"] = settings["learningRate"] * fraction_of_peak(run, step)
        adamw.step()
        print(f"{folder.name:8} {step:2} {losses[-1]:.6f} {run['kleiber'][step]:.6f}"
              f" {losses[-1] - run['kleiber'][step]:+.1e}")
    print(f"{folder.name:8} {int(clipped)} of {run['steps']} gradients were clipped")
    return {"fingerprint": run["fingerprint"], "losses": losses}


def main(exported, golden):
    torch.set_num_threads(1)
    folders = sorted(path.parent for path in pathlib.Path(exported).glob("*/manifest.json"))
    if not folders:
        sys.exit(f"no exported run in {exported}; the first of the two commands makes them")
    result = {"torch": torch.__version__, "runs": {f.name: train(f) for f in folders}}
    pathlib.Path(golden).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
