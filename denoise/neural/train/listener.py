"""An opinion of people, guessed by a network: the overall MOS of bak_ovr.onnx in package speechmos (MIT), the older network of DNSMOS
P.835 (C. K. A. Reddy, V. Gopal, R. Cutler 2022). bench/quality scores with the newer one, sig_bak_ovr.onnx, which training never hears."""
import importlib.util, pathlib
import onnx, torch, torch.nn.functional as F

POOLED = 0, 0, 0, 1, 1, 1, 0     # convolutions, of 3 by 3, and the halvings behind them
OVERALL, LAYERS = 2, (14, 16, 18)
FAINT = 1e-12


def path():
    return pathlib.Path(importlib.util.find_spec('speechmos').origin).parent / 'dnsmos_models' / 'bak_ovr.onnx'


class Listener:
    def __init__(self, device='cpu', dtype=torch.bfloat16):
        """dtype: of the convolutions, where all the work is."""
        graph = onnx.load(path()).graph
        known = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in graph.initializer}
        w = [known[x] for node in graph.node if node.op_type in ('Conv', 'MatMul', 'Add') for x in node.input if x in known]
        self.w = [t.to(device, dtype if i < LAYERS[0] else torch.float32) for i, t in enumerate(w)]

    def __call__(self, power):
        """|Y|^2 of bins 1 to 160 of frames [B, T, 160] -> [B]. The network was made for 9 s; it takes less, too."""
        x = F.pad(power, (1, 0)).clamp_min(FAINT).log10()[:, None].to(self.w[0].dtype)
        for i, pooled in enumerate(POOLED):
            x = F.relu(F.conv2d(x, self.w[2 * i], self.w[2 * i + 1], padding=1))
            if pooled:
                x = F.max_pool2d(x, 2)
        x = x.amax((2, 3)).float()
        for i in LAYERS:
            x = x @ self.w[i] + self.w[i + 1]
            if i < LAYERS[-1]:
                x = F.relu(x)
        return x[:, OVERALL]
