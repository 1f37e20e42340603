"""A larger network that does what a smaller one does: what is new feeds nothing that was there, until training connects it."""
import torch

# Into how many equal parts, each with the channels of a layer, rows and columns of a tensor fall: taps, places, gates, two places.
ROWS = {'gout': 12, 'ggru': 3, 'lgru': 3, 'gru1': 3, 'up': 2}
COLUMNS = {'e1': 5, 'e2': 3, 'e3': 3, 'gin': 12}


def grown(small, net):
    """The state of a net.Net for `net`, a larger one: the tensors of `small` (another one's state) inside those that `net` has,
    whose new rows stay as they are and whose new columns of old rows are 0."""
    state = {}
    for name, new in net.state_dict().items():
        old, layer = small[name], name.split('.')[0]
        if new.shape == old.shape:
            state[name] = old.clone()
            continue
        rows = ROWS.get(layer, ROWS['up'] if '.up.' in name else 1)
        if name.endswith('bias') and layer[0] == 'e':      # a row per place
            state[name] = torch.cat([old, new[:, old.shape[1]:]], 1)
            continue
        columns = COLUMNS.get(layer, 1) if new.dim() == 2 else 1
        split = lambda t: t.reshape(rows, t.shape[0] // rows, columns, -1)
        a, b = split(old), split(new.clone())
        n = a.shape[1]
        b[:, :n] = 0 if new.dim() == 2 else b[:, :n]
        b[:, :n, :, :a.shape[3]] = a
        state[name] = b.reshape(new.shape)
    return state
