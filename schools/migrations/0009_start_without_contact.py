from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0008_bulk_change'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='programmestart',
            name='contact',
        ),
    ]
