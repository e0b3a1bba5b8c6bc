// People at work: each sends a request, waits for the answer, thinks a while and sends the next. One
// who is refused comes back when the answer says that it is worth while.
//   --users 20            how many they are
//   --think 200           milliseconds that they think on average
//   --model resnet50_v2   the model
//   --slo 100             the objective in milliseconds
const { argsWith, load, afterMillis, infer, random } = clockwork;

const { users, think, model, slo } = argsWith({
  users: 20, think: 200, model: 'resnet50_v2', slo: 100,
});

const [name] = load(model);

async function user() {
  for (;;) {
    await afterMillis(-Math.log(1 - random()) * think);
    const answer = await infer(name, { sloMillis: slo });
    if (answer.status === 'refused') {
      await afterMillis(answer.retryAfterMillis);
    }
  }
}
for (let i = 0; i < users; i++) {
  afterMillis(0, user);
}
