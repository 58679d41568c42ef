extension FamiliarFunctions {
    /// Those of `torch.utils.data`: data sets that give their examples one by one, and what draws from them.
    static let datasetFunctions = #"""
        class own_dataset() {
        }
        class TensorDataset(tensors) {
          fn len() = len(tensors[0])
          fn get_item(i) = [t[i] for t in tensors]
          fn show() = "TensorDataset of {len(tensors[0])} examples"
        }
        # Numbers without a type: whole ones are classes.
        fn tensor_of(values) {
          if type(values) == "tensor" { return values }
          x = tensor(values)
          cast(x, "int64") if x.ndim == 1 and all(x == floor(x)) else x
        }
        fn tensor_dataset(*tensors) {
          if len(tensors) == 0 { error("`TensorDataset` takes at least one tensor") }
          own = [tensor_of(t) for t in tensors]
          for t in own {
            if t.ndim == 0 { error("`TensorDataset` takes tensors whose first axis counts the examples, and got a single number") }
            if len(t) != len(own[0]) { error("`TensorDataset` got tensors of {len(own[0])} and of {len(t)} examples") }
          }
          TensorDataset(own)
        }
        class Subset(dataset, indices) {
          fn len() = len(indices)
          fn get_item(i) = dataset[indices[i]]
          fn show() = "Subset of {len(indices)} examples of {len(dataset)}"
        }
        fn subset(data, indices) = data[indices] if type(data) == "dataset" else Subset(data, [int(i) for i in indices])
        class ConcatDataset(datasets) {
          fn len() = sum([len(data) for data in datasets])
          fn get_item(i) {
            place = i + self.len() if i < 0 else i
            if place >= 0 {
              for data in datasets {
                if place < len(data) { return data[place] }
                place -= len(data)
              }
            }
            error("`ConcatDataset` has {self.len()} examples, and none with the index {i}")
          }
          fn show() = "ConcatDataset of {self.len()} examples"
        }
        fn concat_datasets(datasets) {
          if len(datasets) == 0 { error("`ConcatDataset` takes a list of at least one data set") }
          ConcatDataset(list(datasets))
        }
        fn random_split(dataset, lengths, generator=none) {
          n = len(dataset)
          sizes = list(lengths)
          if any([size < 0 for size in sizes]) { error("`random_split` takes sizes of parts, which are not negative") }
          if abs(sum(sizes) - 1) < 1e-9 and any([size < 1 for size in sizes]) {
            sizes = [floor(n * share) for share in sizes]
            for i in range(n - sum(sizes)) { sizes[i % len(sizes)] += 1 }
          }
          if sum(sizes) != n { error("the parts of `random_split` have {sum(sizes)} examples together, and the data set has {n}") }
          order = shuffle(list(range(n)))
          starts = [sum([0, *sizes[:i]]) for i in range(len(sizes))]
          [subset(dataset, order[start:start + size]) for start, size in zip(starts, sizes)]
        }
        class sampler(draw, count) {
          fn iterate() = draw()
          fn len() = count
          fn show() = "sampler of {count} examples"
        }
        fn weighted_sampler(weights, num_samples, replacement=true, generator=none) {
          weights = array(weights).double()
          sampler(() -> choice(len(weights), num_samples, replace=replacement, p=weights / sum(weights)), num_samples)
        }
        fn random_sampler(data_source, replacement=false, num_samples=none, generator=none) {
          n = len(data_source)
          count = n if num_samples == none else num_samples
          if not replacement and count > n { error("`RandomSampler` draws {count} of {n} examples, which needs replacement=true") }
          sampler(() -> choice(n, count, replace=replacement), count)
        }
        fn subset_sampler(indices, generator=none) = sampler(() -> shuffle(list(indices)), len(indices))
        fn in_order_sampler(data_source) = sampler(() -> list(range(len(data_source))), len(data_source))
        fn loader(dataset, batch_size=1, shuffle=false, sampler=none, batch_sampler=none, num_workers=0, collate_fn=none, pin_memory=false, drop_last=false, timeout=0, worker_init_fn=none, generator=none, prefetch_factor=none, persistent_workers=false) {
          if batch_sampler != none { error("a `DataLoader` has no `batch_sampler` here: `sampler=` gives the order of the examples, and `batch_size=` the size of each batch") }
          batches(dataset, batch_size, shuffle=shuffle == true, drop_last=drop_last, collate=collate_fn, sampler=sampler)
        }
        """#
}
