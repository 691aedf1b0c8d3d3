"""Records one step of the published TVAE (ctgan 0.12.1) on a small table: python make_tvae_case.py > tvae_case.json

Layout: a scalar and 3 modes, 4 categories, a scalar and 1 mode, 2 categories; 9 rows. Everything is recorded in float32
text with nine digits, computed in float64: the parameters by the names of state_dict, the rows' codes and scalars, the
noise, the two losses and every gradient.
"""
import json

import numpy as np
import torch
from ctgan.data_transformer import SpanInfo
from ctgan.synthesizers.tvae import Decoder, Encoder, _loss_function

ROWS, EMBEDDING, COMPRESS, DECOMPRESS, FACTOR = 9, 3, (5, 4), (6, 3), 2
INFO = [[SpanInfo(1, "tanh"), SpanInfo(3, "softmax")], [SpanInfo(4, "softmax")],
        [SpanInfo(1, "tanh"), SpanInfo(1, "softmax")], [SpanInfo(2, "softmax")]]
WIDTH = sum(span.dim for column in INFO for span in column)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in np.asarray(tensor.detach().float()).ravel()]


torch.manual_seed(3)
random = np.random.default_rng(3)
encoder, decoder = Encoder(WIDTH, COMPRESS, EMBEDDING), Decoder(EMBEDDING, DECOMPRESS, WIDTH)
with torch.no_grad():
    decoder.sigma.copy_(0.1 + 0.05 * torch.arange(WIDTH))
table, codes, scalars = torch.zeros(ROWS, WIDTH), [], []
start = 0
for column in INFO:
    for span in column:
        if span.activation_fn == "tanh":
            drawn = random.uniform(-0.99, 0.99, ROWS).astype("float32")
            table[:, start] = torch.from_numpy(drawn)
            scalars.append(numbers(torch.from_numpy(drawn)))
        else:
            drawn = random.integers(0, span.dim, ROWS)
            table[np.arange(ROWS), start + drawn] = 1
            codes.append(drawn.tolist())
        start += span.dim
noise = torch.randn(ROWS, EMBEDDING)
parameters = {f"{name}.{key}": numbers(value) for name, network in (("encoder", encoder), ("decoder", decoder))
              for key, value in network.state_dict().items()}
encoder, decoder, table, eps = encoder.double(), decoder.double(), table.double(), noise.double()
mean, deviation, log_variance = encoder(table)
logits, sigmas = decoder(eps * deviation + mean)
reconstruction, divergence = _loss_function(logits, table, sigmas, mean, log_variance, INFO, FACTOR)
(reconstruction + divergence).backward()
gradients = {f"{name}.{key}": [float(f"{v:.12g}") for v in value.grad.numpy().ravel()]
             for name, network in (("encoder", encoder), ("decoder", decoder)) for key, value in network.named_parameters()}
print(json.dumps({"modes": [3, 1], "categories": [4, 2], "order": "modes, categories, modes, categories",
                  "embedding_dim": EMBEDDING, "compress_dims": COMPRESS, "decompress_dims": DECOMPRESS,
                  "loss_factor": FACTOR, "scalars": scalars, "codes": codes, "noise": numbers(noise),
                  "parameters": parameters, "reconstruction": reconstruction.item(), "divergence": divergence.item(),
                  "gradients": gradients}, indent=1))
