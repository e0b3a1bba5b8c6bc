// Bursts of Poisson arrivals with silence between them; how long each lasts is drawn.
//   --rate 500            requests per second while a burst lasts
//   --burst 1000          milliseconds that a burst lasts on average
//   --idle 4000           milliseconds of silence on average
//   --model resnet50_v2   the model
//   --slo 100             the objective in milliseconds
const { argsWith, load, poisson, afterMillis, infer, random, report } = clockwork;

const { rate, burst, idle, model, slo } = argsWith({
  rate: 500, burst: 1000, idle: 4000, model: 'resnet50_v2', slo: 100,
});

const [name] = load(model);
const drawn = (mean) => -Math.log(1 - random()) * mean;

async function bursts() {
  for (let count = 1; ; count++) {
    report('bursts', count);
    const arrivals = poisson(rate, () => infer(name, { sloMillis: slo }));
    await afterMillis(drawn(burst));
    arrivals.stop();
    await afterMillis(drawn(idle));
  }
}
bursts();
