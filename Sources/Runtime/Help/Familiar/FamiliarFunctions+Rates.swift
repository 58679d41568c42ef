extension FamiliarFunctions {
    /// Those of `torch.optim.lr_scheduler`: objects that set the rate of an optimizer at each `step()`.
    static let rateFunctions = #"""
        # The rate follows from that of the last step, so that several schedulers can change it, as in PyTorch; `closed` is
        # that of a step by itself.
        class rate_scheduler(optimizer, name, rate, closed=none) {
          base, last_epoch = optimizer.initial_lr, 0
          optimizer.lr = rate(0, base, optimizer.lr)
          fn start() {
            self.last_epoch = 0
            self.optimizer.lr = rate(0, base, optimizer.lr)
          }
          fn step(epoch=none) {
            self.last_epoch = last_epoch + 1 if epoch == none else epoch
            self.optimizer.lr = rate(last_epoch, base, optimizer.lr) if epoch == none or closed == none else closed(last_epoch, base)
          }
          fn get_last_lr() = [optimizer.lr]
          fn get_lr() = [optimizer.lr]
          fn state_dict() = {last_epoch=last_epoch, base=base, lr=optimizer.lr}
          fn load_state_dict(state) {
            self.last_epoch, self.base = state.last_epoch, state.base
            self.optimizer.lr = state.lr
          }
          fn show() = "{name}: step {last_epoch}, lr={optimizer.lr}"
        }
        fn step_rate(optimizer, step_size, gamma=0.1, last_epoch=-1) =
          rate_scheduler(optimizer, "StepLR", (t, base, lr) -> lr * gamma if t > 0 and t % step_size == 0 else lr, (t, base) -> base * gamma ** (t // step_size))
        fn milestone_rate(optimizer, milestones, gamma=0.1, last_epoch=-1) =
          rate_scheduler(optimizer, "MultiStepLR", (t, base, lr) -> lr * gamma ** list(milestones).count(t), (t, base) -> base * gamma ** len([m for m in milestones if m <= t]))
        fn exponential_rate(optimizer, gamma, last_epoch=-1) =
          rate_scheduler(optimizer, "ExponentialLR", (t, base, lr) -> lr * gamma if t > 0 else lr, (t, base) -> base * gamma ** t)
        fn lambda_rate(optimizer, lr_lambda, last_epoch=-1) =
          rate_scheduler(optimizer, "LambdaLR", (t, base, lr) -> base * lr_lambda(t))
        fn product_rate(optimizer, lr_lambda, last_epoch=-1) =
          rate_scheduler(optimizer, "MultiplicativeLR", (t, base, lr) -> lr * lr_lambda(t) if t > 0 else lr)
        fn constant_rate(optimizer, factor=1 / 3, total_iters=5, last_epoch=-1) =
          rate_scheduler(optimizer, "ConstantLR", (t, base, lr) -> lr * factor if t == 0 else (lr / factor if t == total_iters else lr), (t, base) -> base * factor if t < total_iters else base)
        fn linear_rate(optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5, last_epoch=-1) =
          rate_scheduler(optimizer, "LinearLR", (t, base, lr) -> {
            if t == 0 { return lr * start_factor }
            if t > total_iters { return lr }
            lr * (1 + (end_factor - start_factor) / (total_iters * start_factor + (t - 1) * (end_factor - start_factor)))
          }, (t, base) -> base * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters))
        fn polynomial_rate(optimizer, total_iters=5, power=1.0, last_epoch=-1) =
          rate_scheduler(optimizer, "PolynomialLR", (t, base, lr) -> lr if t == 0 or t > total_iters else lr * ((1 - t / total_iters) / (1 - (t - 1) / total_iters)) ** power, (t, base) -> base * (1 - min(t, total_iters) / total_iters) ** power)
        fn cosine_rate(optimizer, T_max, eta_min=0.0, last_epoch=-1) =
          rate_scheduler(optimizer, "CosineAnnealingLR", (t, base, lr) -> {
            if t == 0 { return lr }
            if (t - 1 - T_max) % (2 * T_max) == 0 { return lr + (base - eta_min) * (1 - cos(pi / T_max)) / 2 }
            (1 + cos(pi * t / T_max)) / (1 + cos(pi * (t - 1) / T_max)) * (lr - eta_min) + eta_min
          }, (t, base) -> eta_min + (base - eta_min) * (1 + cos(pi * t / T_max)) / 2)
        fn restarting_rate(optimizer, T_0, T_mult=1, eta_min=0.0, last_epoch=-1) =
          rate_scheduler(optimizer, "CosineAnnealingWarmRestarts", (t, base, lr) -> {
            length = T_0
            while t >= length { t, length = t - length, length * T_mult }
            eta_min + (base - eta_min) * (1 + cos(pi * t / length)) / 2
          })
        fn check_momentum(optimizer, word) {
          if not hasattr(optimizer, "momentum") { error("`{word}` changes the momentum too, and this optimizer has none: write `cycle_momentum=false`") }
        }
        fn set_momentum(optimizer, value) { optimizer.momentum = value }
        fn annealed(from, to, share, kind) = to + (from - to) * (1 + cos(pi * share)) / 2 if kind == "cos" else from + (to - from) * share
        fn one_cycle_rate(optimizer, max_lr, total_steps=none, epochs=none, steps_per_epoch=none, pct_start=0.3, anneal_strategy="cos", cycle_momentum=true, base_momentum=0.85, max_momentum=0.95, div_factor=25.0, final_div_factor=10000.0, three_phase=false, last_epoch=-1) {
          if three_phase { error("`OneCycleLR` has two phases here: leave `three_phase` out") }
          if cycle_momentum { check_momentum(optimizer, "OneCycleLR") }
          count = epochs * steps_per_epoch if total_steps == none else total_steps
          first, top, low = max_lr / div_factor, pct_start * count - 1, max_lr / div_factor / final_div_factor
          rate_scheduler(optimizer, "OneCycleLR", (t, base, lr) -> {
            if t >= count { error("`OneCycleLR` was made for {count} steps, and step {t} is one more") }
            if cycle_momentum {
              set_momentum(optimizer, annealed(max_momentum, base_momentum, t / top, anneal_strategy) if t <= top else annealed(base_momentum, max_momentum, (t - top) / (count - 1 - top), anneal_strategy))
            }
            if t <= top { annealed(first, max_lr, t / top, anneal_strategy) } else { annealed(max_lr, low, (t - top) / (count - 1 - top), anneal_strategy) }
          })
        }
        fn cyclic_rate(optimizer, base_lr, max_lr, step_size_up=2000, step_size_down=none, mode="triangular", gamma=1.0, scale_fn=none, scale_mode="cycle", cycle_momentum=true, base_momentum=0.8, max_momentum=0.9, last_epoch=-1) {
          if scale_fn != none { error("`CyclicLR` scales by its `mode` here: leave `scale_fn` out") }
          if cycle_momentum { check_momentum(optimizer, "CyclicLR") }
          down = step_size_up if step_size_down == none else step_size_down
          if not mode in ["triangular", "triangular2", "exp_range"] { error("`mode` is \"triangular\", \"triangular2\" or \"exp_range\"") }
          rate_scheduler(optimizer, "CyclicLR", (t, base, lr) -> {
            whole = step_size_up + down
            cycle, place = 1 + t // whole, t % whole
            share = place / step_size_up if place <= step_size_up else (whole - place) / down
            scale = 1 if mode == "triangular" else (1 / 2 ** (cycle - 1) if mode == "triangular2" else gamma ** t)
            if cycle_momentum { set_momentum(optimizer, max_momentum - (max_momentum - base_momentum) * share * scale) }
            base_lr + (max_lr - base_lr) * share * scale
          })
        }
        class chained_scheduler(schedulers) {
          fn step() { for scheduler in schedulers { scheduler.step() } }
          fn get_last_lr() = schedulers[-1].get_last_lr()
          fn show() = "ChainedScheduler of {len(schedulers)} schedulers, lr={self.get_last_lr()[0]}"
        }
        fn chained_rate(schedulers, optimizer=none) {
          if len(schedulers) == 0 { error("`ChainedScheduler` takes at least one scheduler") }
          chained_scheduler(list(schedulers))
        }
        # Each one starts anew at its milestone.
        class sequential_scheduler(optimizer, schedulers, milestones) {
          last_epoch = 0
          optimizer.lr = optimizer.initial_lr
          schedulers[0].start()
          fn step() {
            self.last_epoch = last_epoch + 1
            turn = len([m for m in milestones if m <= last_epoch])
            if turn > 0 and milestones[turn - 1] == last_epoch { schedulers[turn].step(0) } else { schedulers[turn].step() }
          }
          fn start() {
            self.last_epoch = 0
            schedulers[0].start()
          }
          fn get_last_lr() = [optimizer.lr]
          fn show() = "SequentialLR: step {last_epoch}, lr={optimizer.lr}"
        }
        fn sequential_rate(optimizer, schedulers, milestones, last_epoch=-1) {
          if len(schedulers) == 0 or len(milestones) != len(schedulers) - 1 { error("`SequentialLR` takes one milestone fewer than schedulers") }
          sequential_scheduler(optimizer, list(schedulers), list(milestones))
        }
        class plateau_scheduler(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps) {
          best, num_bad_epochs, waiting, last_epoch = inf if mode == "min" else -inf, 0, 0, 0
          fn is_better(value) {
            sign = -1 if mode == "min" else 1
            bound = best * (1 + sign * threshold) if threshold_mode == "rel" else best + sign * threshold
            if mode == "min" { value < bound } else { value > bound }
          }
          fn step(metrics) {
            value = float(metrics)
            self.last_epoch = last_epoch + 1
            if self.is_better(value) { self.best, self.num_bad_epochs = value, 0 } else { self.num_bad_epochs = num_bad_epochs + 1 }
            if waiting > 0 { self.waiting, self.num_bad_epochs = waiting - 1, 0 }
            if num_bad_epochs > patience {
              rate = max(optimizer.lr * factor, min_lr)
              if optimizer.lr - rate > eps { self.optimizer.lr = rate }
              self.waiting, self.num_bad_epochs = cooldown, 0
            }
          }
          fn get_last_lr() = [optimizer.lr]
          fn show() = "ReduceLROnPlateau: best {best}, lr={optimizer.lr}"
        }
        fn plateau_rate(optimizer, mode="min", factor=0.1, patience=10, threshold=1e-4, threshold_mode="rel", cooldown=0, min_lr=0, eps=1e-8) {
          if mode != "min" and mode != "max" { error("`mode` is \"min\" or \"max\"") }
          if factor >= 1 { error("`factor` is below 1") }
          plateau_scheduler(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps)
        }
        """#
}
