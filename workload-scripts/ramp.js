// Poisson arrivals whose rate grows step by step until fewer than a share of them is met; reports
// the last rate that was served well, and ends.
//   --from 50             requests per second of the first step
//   --factor 1.25         each step so many times the one before
//   --step 2000           milliseconds that a step lasts
//   --share 0.99          the share that has to be met
//   --most 5000           requests per second at which it ends in any case
//   --model resnet50_v2   the model
//   --slo 100             the objective in milliseconds
const { argsWith, load, poisson, afterMillis, infer, report, log } = clockwork;

const { from, factor, step, share, most, model, slo } = argsWith({
  from: 50, factor: 1.25, step: 2000, share: 0.99, most: 5000, model: 'resnet50_v2', slo: 100,
});

const [name] = load(model);

async function ramp() {
  for (let rate = from; rate <= most; rate *= factor) {
    let offered = 0;
    let met = 0;
    const arrivals = poisson(rate, async () => {
      offered++;
      const answer = await infer(name, { sloMillis: slo });
      met += answer.met ? 1 : 0;
    });
    await afterMillis(step);
    arrivals.stop();
    await afterMillis(2 * slo); // What is under way is answered by then.
    log(`${rate.toFixed(0)}/s: ${met} of ${offered} met`);
    if (met < share * offered) {
      return;
    }
    report('served_per_s', rate);
  }
}
ramp();
