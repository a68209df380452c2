using Governance.Identity;

var builder = WebApplication.CreateBuilder(args);

if (!builder.Environment.IsDevelopment())
{
    await Console.Error.WriteLineAsync("Identity signs in demo accounts and starts only in Development; elsewhere, run Keycloak.");

    return 1;
}

builder.AddLocalSignIn();

var app = builder.Build();

app.MapLocalSignIn();
await app.RunAsync();

return 0;
