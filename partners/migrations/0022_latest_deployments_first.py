from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0021_local_guidance")]

    operations = [
        migrations.AddIndex(
            model_name="deployment",
            index=models.Index(fields=["-starts_on", "id"], name="partners_de_starts__83442b_idx"),
        ),
    ]
