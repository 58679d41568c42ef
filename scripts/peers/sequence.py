"""A recurrent layer, epochs of a translator of characters, and its greedy decoding in batches of 100.

The translator is that of the dls case: both directions of an LSTM read, another LSTM writes, with bilinear attention or
without. Whole sentences go through the decoder at once, but for `translator_stepwise`: a character at a time.
Quick: a twentieth of an epoch and a tenth of the sentences, and the time so many times.
"""
import re, unicodedata

from common import *
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

share, sentence_share = (20, 10) if quick else (1, 1)
longest = 19
padding, start_mark, end_mark, first_letter = 0, 1, 2, 4


def plain(text):
    letters = (c for c in unicodedata.normalize("NFD", text.lower().strip()) if not unicodedata.combining(c))
    return re.sub("[^a-zA-Z.!?]+", " ", re.sub("([.!?])", r" \1", "".join(letters)))


def read_pairs(part):
    with open(os.path.join(data_folder, f"{part}-eng-spa.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    both = [(plain(row[1]), plain(row[0])) for row in rows]
    return [pair for pair in both if max(map(len, pair)) <= longest]


class Alphabet(dict):
    def __missing__(self, letter):
        self[letter] = len(self) + first_letter
        return self[letter]

    def indices(self, text):
        return [self[letter] for letter in text]

    @property
    def size(self):
        return len(self) + first_letter


class Network(nn.Module):
    def __init__(self, sources, targets, attends, width=128):
        super().__init__()
        self.read_letters = nn.Embedding(sources, width, padding_idx=padding)
        self.reader = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.written_letters = nn.Embedding(targets, width, padding_idx=padding)
        self.writer = nn.LSTM(width, width, batch_first=True)
        self.dropout = nn.Dropout(0.3)
        self.attends = attends
        if attends:
            self.match = nn.Linear(width, width, bias=False)
            self.merge = nn.Linear(2 * width, width)
        self.scores = nn.Linear(width, targets)
        self.scores.weight = self.written_letters.weight

    def read(self, source, lengths):
        steps = self.dropout(self.read_letters(source))
        steps = pack_padded_sequence(steps, lengths, batch_first=True, enforce_sorted=False)
        memory, states = self.reader(steps)
        memory = pad_packed_sequence(memory, batch_first=True)[0]
        hidden = torch.arange(memory.shape[1]) >= lengths.unsqueeze(1)
        return self.dropout(memory), hidden.unsqueeze(1), tuple(torch.cat((s[0::2], s[1::2]), -1) for s in states)

    def write(self, letters, memory, hidden, states):
        output, states = self.writer(self.dropout(self.written_letters(letters)), states)
        if self.attends:
            match = (self.match(output) @ memory.mT).masked_fill(hidden, -torch.inf)
            output = torch.tanh(self.merge(torch.cat((output, match.softmax(-1) @ memory), -1)))
        return self.scores(self.dropout(output)), states


pairs, held_out = read_pairs("train"), read_pairs("val")
sources, targets = Alphabet(), Alphabet()
examples = [
    (torch.tensor(sources.indices(source)), torch.tensor([start_mark, *targets.indices(target), end_mark]))
    for source, target in pairs
]
examples = examples[: len(examples) // share]


def batch_of(rows):
    source, target = zip(*rows)
    lengths = torch.tensor([len(s) for s in source])
    return pad_sequence(source, batch_first=True), lengths, pad_sequence(target, batch_first=True)


def epoch(name, attends=False, stepwise=False):
    if name not in wanted:
        return
    model = Network(sources.size, targets.size, attends)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, fused=True)
    start, order, total = time.perf_counter(), torch.randperm(len(examples)).tolist(), 0.0
    for i in range(0, len(order), 64):
        source, lengths, target = batch_of([examples[row] for row in order[i : i + 64]])
        optimizer.zero_grad()
        memory, hidden, states = model.read(source, lengths)
        if stepwise:
            scores = []
            for letters in target[:, :-1].split(1, 1):
                step, states = model.write(letters, memory, hidden, states)
                scores.append(step)
            scores = torch.cat(scores, 1)
        else:
            scores, _ = model.write(target[:, :-1], memory, hidden, states)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), target[:, 1:].flatten(), ignore_index=padding)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(source)
    report(name, (time.perf_counter() - start) * share)


@torch.no_grad()
def greedy(model, sentences):
    """50 characters for each, whatever comes after an end, as in the homework."""
    written = []
    for i in range(0, len(sentences), 100):
        rows = sentences[i : i + 100]
        lengths = torch.tensor([len(row) for row in rows])
        memory, hidden, states = model.read(pad_sequence(rows, batch_first=True), lengths)
        last, letters = torch.full((len(rows), 1), start_mark), []
        for _ in range(50):
            scores, states = model.write(last, memory, hidden, states)
            last = scores.argmax(-1)
            letters.append(last)
        written += torch.cat(letters, 1).tolist()
    return written


def layer(name, steps):
    if name in wanted:
        lstm, x = nn.LSTM(128, 128, batch_first=True), torch.randn(64, steps, 128, requires_grad=True)
        weight = torch.randn(64, steps, 128)

        def once():
            lstm.zero_grad()
            x.grad = None
            (lstm(x)[0] * weight).sum().backward()

        once()
        report(name, timeit(once, repeat=9 if quick else 31, number=1))


layer("lstm32", 32)
layer("lstm256", 256)
epoch("translator")
epoch("translator_stepwise", stepwise=True)
epoch("attention", attends=True)
for name in ("decoding", "decoding_full"):
    if name in wanted:
        model = Network(sources.size, targets.size, True).eval()
        sentences = [torch.tensor(sources.indices(source)) for source, _ in held_out[: 1000 // sentence_share]]
        greedy(model, sentences[:10])
        report(name, timeit(lambda: greedy(model, sentences), repeat=3, number=1) * sentence_share)
